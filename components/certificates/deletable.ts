import type { Source, Status } from "@/lib/certificates/rules";
import type { CertificateRow } from "@/lib/certificates/schema";
import type { Blocker } from "@/lib/removal/rules";

/** What the dialog has to know of a certificate. */
export type Deletable = Pick<
  CertificateRow,
  "id" | "name" | "status" | "notAfter" | "revokedAt" | "source" | "hasPrivateKey"
>;

/** A still valid certificate goes only after its name was typed; only an uploaded one gets that far. */
export function needsTypedName(certificate: { source: Source; status: Status }): boolean {
  return certificate.status !== "expired" && certificate.status !== "revoked";
}

/** Why Delete refuses a viewer. */
export const DELETE_NEEDS_MEMBER = "Viewers may not delete certificates. Ask a product admin for the role of member.";

/** The part of a certificate's page that shows what keeps it from being deleted: its dates, or what uses it. */
export function blockerPlace(blockers: readonly { blocker: Blocker }[]): "details" | "in-use" {
  return blockers[0]?.blocker === "still_valid" ? "details" : "in-use";
}
