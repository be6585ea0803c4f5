import { z } from "zod";

const subjectAlternativeName = z.object({ kind: z.string(), value: z.string() });

/** Everything that is read out of one certificate and kept; dates as ISO 8601 in UTC. */
const certificateFacts = z.object({
  fingerprint: z.string(),
  subject: z.string(),
  issuer: z.string(),
  commonName: z.string().nullable(),
  issuerLabel: z.string(),
  serial: z.string(),
  serialHex: z.string(),
  sans: z.array(subjectAlternativeName),
  keyAlgorithm: z.string(),
  keySize: z.number().nullable(),
  signatureAlgorithm: z.string(),
  keyUsage: z.array(z.string()),
  extendedKeyUsage: z.array(z.string()),
  isCa: z.boolean(),
  crlUrls: z.array(z.string()),
  ocspUrls: z.array(z.string()),
  issuerUrls: z.array(z.string()),
  subjectKeyId: z.string().nullable(),
  authorityKeyId: z.string().nullable(),
  notBefore: z.string(),
  notAfter: z.string(),
  oddities: z.array(z.string()),
});
export type CertificateFacts = z.infer<typeof certificateFacts>;

/** The certificate and, in order, those that came with it. */
export const certificateDetails = certificateFacts.extend({ chain: z.array(certificateFacts) });
export type CertificateDetails = z.infer<typeof certificateDetails>;
