import type { CertificateRow } from "@/lib/certificates/schema";

/** What the dialog has to know of a certificate. */
export type Revocable = Pick<CertificateRow, "id" | "name" | "syncedTo"> & {
  /** Whether anything is known to use it: then that is looked at before. */
  isUsed: boolean;
};

/** Why these actions refuse a viewer. */
export const REVOKE_NEEDS_MEMBER = "Viewers may not revoke certificates. Ask a product admin for the role of member.";
export const RENEW_NEEDS_MEMBER = "Viewers may not renew certificates. Ask a product admin for the role of member.";
