import { StatusBadge } from "@/components/ui/status-badge";
import { STATUS_LABELS, type Status } from "@/lib/certificates/rules";

/** What a certificate is now. One whose CA was asked to revoke it, and has not confirmed it, is called so instead. */
export function CertificateStatus({ status, isRevocationPending }: { status: Status; isRevocationPending: boolean }) {
  if (isRevocationPending) return <StatusBadge status="revoking">Revocation pending</StatusBadge>;
  return <StatusBadge status={status}>{STATUS_LABELS[status]}</StatusBadge>;
}
