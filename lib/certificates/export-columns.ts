import "server-only";
import { sql } from "drizzle-orm";
import { certificateContents } from "@/drizzle/schema/certificates";
import type { CertificateFacts } from "@/lib/certificates/schema";

/** What every export in CSV says first, of a certificate that is there or gone: which one it is. */
export const IDENTITY_HEADER = [
  "Name",
  "Fingerprint (SHA-256)",
  "Serial",
  "Subject",
  "Issuer",
  "Subject alternative names",
];

const { details } = certificateContents;

export const identityColumns = {
  fingerprint: sql<string>`${details}->>'fingerprint'`,
  serial: sql<string>`${details}->>'serial'`,
  subject: sql<string>`${details}->>'subject'`,
  issuer: sql<string>`${details}->>'issuer'`,
  sans: sql<CertificateFacts["sans"]>`${details}->'sans'`,
};

type Identity = Pick<CertificateFacts, "fingerprint" | "serial" | "subject" | "issuer" | "sans"> & { name: string };

/** In the order of the header. */
export function identityFields({ name, fingerprint, serial, subject, issuer, sans }: Identity): string[] {
  return [name, fingerprint, serial, subject, issuer, sans.map((san) => `${san.kind}:${san.value}`).join(", ")];
}
