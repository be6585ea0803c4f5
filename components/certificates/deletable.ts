import { type Source, type Status, visibleText } from "@/lib/certificates/rules";
import type { CertificateRow } from "@/lib/certificates/schema";
import type { Blocker } from "@/lib/removal/rules";
import type { CertificateAction } from "@/lib/revocation/rules";

/** What the dialog has to know of a certificate. */
export type Deletable = Pick<
  CertificateRow,
  "id" | "name" | "status" | "notAfter" | "revokedAt" | "source" | "hasPrivateKey"
>;

/** A still valid certificate goes only after its name was typed; only an uploaded one gets that far. */
export function needsTypedName(certificate: { source: Source; status: Status }): boolean {
  return certificate.status !== "expired" && certificate.status !== "revoked";
}

/** A name as a page shows it: runs of white space are one blank. */
export function asShown(name: string): string {
  return visibleText(name).replace(/\s+/g, " ");
}

/** Why Delete refuses a viewer. */
export const DELETE_NEEDS_MEMBER = "Viewers may not delete certificates. Ask a product admin for the role of member.";

/** Where the button Revoke stands, on a certificate's page. */
export const REVOKE_PLACE = "revoke";

/** The part of a certificate's page that shows what keeps it from being deleted: its dates, or what uses it. */
export function blockerPlace(blockers: readonly { blocker: Blocker }[]): "details" | "in-use" {
  return blockers[0]?.blocker === "still_valid" ? "details" : "in-use";
}

/** A link from a refused Delete, on the page of the certificate at `pathname`, to what keeps it or what ends that. */
export function wayOut(
  blockers: readonly { blocker: Blocker }[],
  actions: readonly CertificateAction[],
  pathname?: string,
) {
  const mayRevoke = blockers[0]?.blocker === "still_valid" && actions.includes("revoke");
  const hash = mayRevoke ? REVOKE_PLACE : blockerPlace(blockers);
  return {
    label: mayRevoke ? "Revoke" : "Show where",
    href: pathname === undefined ? { hash } : { pathname, hash },
  };
}
