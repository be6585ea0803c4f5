import { z } from "zod";
import { expiresIn, searchIn } from "@/lib/certificates/address";
import { STATUSES, type Status, USE_FILTERS } from "@/lib/certificates/rules";
import { type CertificateDetails, listFilter } from "@/lib/certificates/schema";
import { DEPLOYMENT_KINDS, ENDPOINT_STATES } from "@/lib/deployments/rules";
import {
  type ActorKind,
  BLOCKERS,
  type Blocker,
  BULK_CHOSEN_MAX,
  BULK_SKIP_REASONS,
  BULK_STATUSES,
} from "@/lib/removal/rules";

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

/** An endpoint that used to serve a certificate and was seen to serve another one just before that went. */
const movedOnEvidence = z.object({
  service: z.string(),
  resource: z.string(),
  /** SHA-256 of the certificate that it served instead. */
  servedFingerprint: z.string(),
  checkedAt: z.string(),
});
export type MovedOnEvidence = z.infer<typeof movedOnEvidence>;

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
  /** Missing in records from before endpoints were watched. */
  movedOn: z.array(movedOnEvidence).exactOptional(),
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
  bulkDeletionId: string | null;
  reason: string;
};

/** A page of the list, and the places to go on from; null at an end. */
export type RemovalsPage = { rows: RemovalRow[]; newer: RemovalCursor | null; older: RemovalCursor | null };

/** A removal with the certificate that went. */
export type RemovalRecord = RemovalRow & { evidence: RemovalEvidence; details: CertificateDetails; pem: string };

const ID = "This is not the id of a certificate.";

/** The Overview's filter. A part that makes no sense would, once dropped, select everything, so here it is refused. */
const selectionFilter = z.strictObject({
  status: z.enum(STATUSES).optional(),
  q: z
    .string()
    .trim()
    .refine((text) => searchIn(text) !== undefined)
    .optional(),
  deletable: z.literal("yes").optional(),
  use: z.enum(USE_FILTERS).optional(),
  expires: z
    .string()
    .refine((months) => expiresIn(months) !== undefined)
    .optional(),
});

/** Which certificates a person means: some by their ids, or all that match the Overview's filter at this moment. */
export const selection = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("chosen"),
    ids: z
      .array(z.uuid(ID))
      .min(1, "Select at least one certificate.")
      .max(BULK_CHOSEN_MAX, `Select at most ${BULK_CHOSEN_MAX.toLocaleString("en")} certificates one by one.`),
  }),
  z.strictObject({ kind: z.literal("filter"), filter: selectionFilter }),
]);
export type Selection = z.infer<typeof selection>;

export const bulkDeletionInput = z.strictObject({ selection });
export const bulkInput = z.strictObject({ bulkDeletionId: z.uuid("This is not the id of a bulk deletion.") });
export type BulkAnswer = { bulkDeletionId: string; isFinished: boolean };

/** What was selected, as it is kept for people to read; the certificates themselves are kept apart. */
export const bulkSelection = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("chosen") }),
  z.object({ kind: z.literal("filter"), filter: selectionFilter }),
  z.object({ kind: z.literal("retry") }),
]);
export type BulkSelection = z.infer<typeof bulkSelection>;

/** The filter's certificates by what would become of them; each counts once, under its first blocker. */
export const selectionView = z.object({
  total: z.number(),
  removable: z.number(),
  /** Of the removable: uploaded ones that are not expired or revoked. */
  live: z.number(),
  stillValid: z.number(),
  deployed: z.number(),
  synced: z.number(),
  /** Counting stopped at COUNT_CAP: there are more. */
  isCapped: z.boolean(),
});
export type SelectionView = z.infer<typeof selectionView>;

export const selectionQuery = listFilter.extend({ exact: z.literal("yes").optional().catch(undefined) });

export const BULK_OUTCOMES = ["removed", ...BULK_SKIP_REASONS] as const;
export type BulkOutcome = (typeof BULK_OUTCOMES)[number];

const moment = z.iso.datetime();

/** A bulk deletion as people see it. `at` is the server's clock. */
export const bulkView = z.object({
  id: z.uuid(),
  status: z.enum(BULK_STATUSES),
  selection: bulkSelection,
  retryOfId: z.uuid().nullable(),
  requestedAt: moment,
  requestedByLabel: z.string(),
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
  isStopRequested: z.boolean(),
  stopRequestedByLabel: z.string().nullable(),
  total: z.number(),
  removed: z.number(),
  skipped: z.object({ still_valid: z.number(), deployed: z.number(), synced: z.number(), gone: z.number() }),
  failed: z.number(),
  error: z.string().nullable(),
  at: moment,
});
export type BulkView = z.infer<typeof bulkView>;

/** A page of what became of a bulk deletion's certificates, in the order of their ids. */
export const bulkCertificates = z.object({
  rows: z.array(z.object({ id: z.uuid(), name: z.string(), error: z.string().nullable(), isInInventory: z.boolean() })),
  next: z.uuid().nullable(),
});
export type BulkCertificates = z.infer<typeof bulkCertificates>;

export const bulkCertificatesQuery = z.object({
  id: z.uuid().nullable().catch(null),
  outcome: z.enum(BULK_OUTCOMES).catch("removed"),
  after: z.uuid().nullable().catch(null),
});

const seenEndpoint = z.object({
  state: z.enum(ENDPOINT_STATES),
  stateSince: moment,
  checkedAt: moment.nullable(),
  problem: z.string().nullable(),
  served: z
    .object({ fingerprint: z.string(), certificate: z.object({ id: z.uuid(), name: z.string() }).nullable() })
    .nullable(),
});

/** What is known of a certificate's uses when it is to go at the moment `at`: the first ones, how many there are, and what is in the way. */
export const deletionCheck = z.object({
  at: moment,
  total: z.number(),
  uses: z.array(
    z.object({ id: z.uuid(), kind: z.enum(DEPLOYMENT_KINDS), name: z.string(), endpoint: seenEndpoint.nullable() }),
  ),
  blockers: z.array(z.object({ blocker: z.enum(BLOCKERS), sentence: z.string() })),
});
export type DeletionCheck = z.infer<typeof deletionCheck>;

export const checkedCertificate = z.object({ id: z.uuid().nullable().catch(null) });

export const deletion = z.object({ id: z.uuid("This is not the id of a certificate.") });

type Told = { removalId: string; name: string; actorLabel: string; removedAt: string };

/** What came of a deletion: done, done before by somebody, or refused with every reason. */
export type DeletionAnswer =
  | ({ kind: "removed" } & Told)
  | ({ kind: "gone" } & Told)
  | { kind: "blocked"; name: string; blockers: { blocker: Blocker; sentence: string }[] };
