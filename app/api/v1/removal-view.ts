import { z } from "zod";
import { STATUSES } from "@/lib/certificates/rules";
import { ACTOR_KINDS } from "@/lib/removal/rules";
import type { RemovalRecord, RemovalRow } from "@/lib/removal/schema";
import { moment } from "./certificate-view";

export const listedRemoval = z
  .object({
    id: z.uuid().meta({ description: "That of the certificate." }),
    name: z.string(),
    fingerprint: z.string(),
    status: z.enum(STATUSES).meta({ description: "When it was removed." }),
    not_after: moment,
    removed_at: moment,
    removed_by: z.string(),
    actor: z.enum(ACTOR_KINDS),
    run_id: z.uuid().nullable().meta({ description: "The cleanup run that removed it." }),
    bulk_deletion_id: z.uuid().nullable(),
    reason: z.string().meta({ description: "Why it was allowed to go." }),
  })
  .meta({ id: "ListedRemoval" });

export function listedRemovalOf(row: RemovalRow): z.input<typeof listedRemoval> {
  return {
    id: row.id,
    name: row.name,
    fingerprint: row.fingerprint,
    status: row.status,
    not_after: row.notAfter.toISOString(),
    removed_at: row.removedAt.toISOString(),
    removed_by: row.actorLabel,
    actor: row.actorKind,
    run_id: row.runId,
    bulk_deletion_id: row.bulkDeletionId,
    reason: row.reason,
  };
}

export const removal = listedRemoval
  .extend({
    subject: z.string(),
    issuer: z.string(),
    serial: z.string().meta({ description: "Hexadecimal." }),
    alternative_names: z.array(z.object({ kind: z.string(), value: z.string() })),
    not_before: moment,
    revoked_at: moment.nullable(),
    source: z.string(),
    added_at: moment,
    added_by: z.string(),
    detached_syncs: z.array(z.string()),
    retention_days: z.int().nullable().meta({ description: "Of the cleanup run; null when somebody deleted it." }),
    pem: z.string(),
  })
  .meta({ id: "Removal" });

export function removalOf(record: RemovalRecord): z.input<typeof removal> {
  const { details, evidence } = record;
  return {
    ...listedRemovalOf(record),
    subject: details.subject,
    issuer: details.issuer,
    serial: details.serialHex,
    alternative_names: details.sans,
    not_before: evidence.notBefore,
    revoked_at: evidence.revokedAt,
    source: evidence.source,
    added_at: evidence.addedAt,
    added_by: evidence.addedByLabel,
    detached_syncs: evidence.detachedSyncs,
    retention_days: evidence.retentionDays,
    pem: record.pem,
  };
}
