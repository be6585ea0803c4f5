import { z } from "zod";
import type { Status } from "@/lib/certificates/rules";
import type { CertificateDetails } from "@/lib/certificates/schema";
import type { ActorKind, Blocker } from "@/lib/removal/rules";

// Milliseconds to the year 2286, which PostgreSQL reads back as it was written.
const cursor = z
  .string()
  .regex(/^\d{1,13}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  .transform((text) => {
    const [milliseconds = "", id = ""] = text.split(".");
    return { removedAt: new Date(Number(milliseconds)), id };
  });

/** A place in the list of removals: that of the row with this moment and id. */
export type RemovalCursor = z.output<typeof cursor>;

export function cursorText({ removedAt, id }: RemovalCursor): string {
  return `${removedAt.getTime()}.${id}`;
}

// PostgreSQL has no text with NUL in it.
const search = z
  .string()
  .transform((typed) => typed.replaceAll("\0", "").trim())
  .catch("");

/** What the address of the removals list says; what is no good is dropped. */
export const removalsAddress = z.object({
  q: search,
  after: cursor.nullable().catch(null),
  before: cursor.nullable().catch(null),
});
export type RemovalsAddress = z.output<typeof removalsAddress>;

export const removalsSearch = z.object({ q: search });

/** What was looked at when a certificate was allowed to go; kept with its removal record. */
export const removalEvidence = z.object({
  notBefore: z.string(),
  notAfter: z.string(),
  revokedAt: z.string().nullable(),
  source: z.string(),
  addedAt: z.string(),
  addedByLabel: z.string(),
  /** Names of destinations whose syncs, active or not, went with the certificate. */
  detachedSyncs: z.array(z.string()),
  /** The retention of the cleanup run, in days; null when a person deleted it. */
  retentionDays: z.number().nullable(),
});
export type RemovalEvidence = z.infer<typeof removalEvidence>;

export type RemovalRow = {
  id: string;
  name: string;
  fingerprint: string;
  /** At the removal. */
  status: Status;
  notAfter: Date;
  removedAt: Date;
  actorKind: ActorKind;
  actorLabel: string;
  runId: string | null;
  reason: string;
};

/** A page of the list, and the places to go on from; null at an end. */
export type RemovalsPage = { rows: RemovalRow[]; newer: RemovalCursor | null; older: RemovalCursor | null };

/** A removal with the certificate that went. */
export type RemovalRecord = RemovalRow & { evidence: RemovalEvidence; details: CertificateDetails; pem: string };

/** What somebody selected for a bulk deletion, as it is kept: how many by hand, or the filter of the Overview. */
export type BulkSelection =
  | { kind: "chosen" }
  | { kind: "filter"; status?: string; q?: string; deletable?: string; expires?: string }
  | { kind: "retry" };

export const deletion = z.object({ id: z.uuid("This is not the id of a certificate.") });

type Told = { removalId: string; name: string; actorLabel: string; removedAt: string };

/** What came of a deletion: done, done before by somebody, or refused with every reason. */
export type DeletionAnswer =
  | ({ kind: "removed" } & Told)
  | ({ kind: "gone" } & Told)
  | { kind: "blocked"; name: string; blockers: { blocker: Blocker; sentence: string }[] };
