import { CertificateStatus } from "@/components/certificates/certificate-status";
import { RelativeTime } from "@/components/ui/relative-time";
import { SOURCE_LABELS, type Source, type Status, visibleText } from "@/lib/certificates/rules";

type Standing = {
  status: Status;
  isRevocationPending: boolean;
  source: Source;
  revokedAt: Date | null;
  isSample: boolean;
  addedAt: Date;
  addedByLabel: string;
  hasPrivateKey: boolean;
};

/** What the inventory knows of a certificate beside what it says itself, as facts of a list. */
export function standingFacts(standing: Standing, now: Date) {
  const { status, isRevocationPending, source, revokedAt, isSample, addedAt, addedByLabel, hasPrivateKey } = standing;
  const added = <RelativeTime date={addedAt} now={now} />;
  const revoked = revokedAt === null ? null : <RelativeTime date={revokedAt} now={now} />;
  return [
    { term: "Status", value: <CertificateStatus status={status} isRevocationPending={isRevocationPending} /> },
    ...(revoked === null ? [] : [{ term: "Revoked", value: revoked }]),
    { term: "Source", value: SOURCE_LABELS[source], note: isSample ? "A sample to look around with" : null },
    { term: "Private key", value: hasPrivateKey ? "Kept, encrypted" : "Not kept" },
    { term: "Added", value: added, note: `by ${visibleText(addedByLabel)}` },
  ];
}
