import { z } from "zod";

/** What was looked at when a certificate was allowed to go; kept with its removal record. */
export const removalEvidence = z.object({
  notBefore: z.string(),
  notAfter: z.string(),
  revokedAt: z.string().nullable(),
  source: z.string(),
  /** Names of destinations whose syncs, active or not, went with the certificate. */
  detachedSyncs: z.array(z.string()),
  /** The retention of the cleanup run, in days; null when a person deleted it. */
  retentionDays: z.number().nullable(),
});
export type RemovalEvidence = z.infer<typeof removalEvidence>;
