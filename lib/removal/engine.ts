import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Executor } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import { destinations, syncs } from "@/drizzle/schema/use";
import { at, idArray } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { statusColumn } from "@/lib/certificates/predicates";
import { eligibilityColumn, longExpired, mayGoEach, syncIsActive } from "@/lib/removal/predicates";

/** Under which conditions a batch goes: as a person asks, alone or several at once, or as a cleanup run with its settings. */
export type RemovalLaw =
  | { kind: "person" }
  | { kind: "bulk"; bulkDeletionId: string }
  | { kind: "cleanup"; runId: string; cutoff: Date; skipSynced: boolean; retentionDays: number };

const removedRows = z.array(z.object({ id: z.uuid() }));

/**
 * The one place where certificates are deleted. A single statement decides, deletes, takes the syncs along and writes
 * the removal records; what it does not return was not deleted. Rows are picked by id alone and judged in place, so that
 * no plan reads more of any table than the batch needs, whatever its statistics say. Throws an error that isStillReferenced() when a deployment
 * or a sync arrived between the decision and the deletion: nothing was changed then, ask again.
 */
export async function removeBatch(
  executor: Executor,
  scope: Scope,
  batch: { ids: readonly string[]; now: Date; law: RemovalLaw },
): Promise<{ removedIds: string[] }> {
  const { ids, now, law } = batch;
  const run = law.kind === "cleanup" ? law : null;
  const bulkDeletionId = law.kind === "bulk" ? law.bulkDeletionId : null;
  const heedSyncs = run?.skipSynced ?? true;
  const { rows } = await executor.execute(sql`
    with picked as materialized (
      select ${certificates}.ctid as place from ${certificates}
      where ${certificates.accountId} = ${scope.accountId} and ${certificates.id} = any(${idArray(ids)})
    ), gone as (
      delete from ${certificates}
      where ${certificates}.ctid = any(array(select place from picked)) and ${certificates.accountId} = ${scope.accountId}
        and ${mayGoEach(now, heedSyncs)} and ${run === null ? sql`true` : longExpired(run.cutoff)}
      returning *
    ), detached as (
      delete from ${syncs} using gone
      where ${syncs.accountId} = gone.account_id and ${syncs.certificateId} = gone.id
        and ${heedSyncs ? sql`not ${syncIsActive}` : sql`true`}
      returning ${syncs.certificateId} as certificate_id, ${syncs.destinationId} as destination_id
    )
    insert into ${removals} (account_id, id, name, status, eligibility, evidence,
      actor_kind, actor_id, actor_label, run_id, bulk_deletion_id, removed_at)
    select ${certificates.accountId}, ${certificates.id}, ${certificates.name}, ${statusColumn(now)},
      ${eligibilityColumn(now)}, ${evidence(run?.retentionDays ?? null)},
      ${scope.actor.kind}, ${scope.actor.id}::uuid, ${scope.actor.label}, ${run?.runId ?? null}::uuid,
      ${bulkDeletionId}::uuid, ${at(now)}
    from gone as ${certificates}
    returning ${removals.id}`);
  return { removedIds: removedRows.parse(rows).map((row) => row.id) };
}

/** RemovalEvidence, built by the database from the very row that it deletes. */
function evidence(retentionDays: number | null): SQL {
  const instant = (column: SQL) => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  return sql`jsonb_build_object(
    'notBefore', ${instant(sql`${certificates.notBefore}`)},
    'notAfter', ${instant(sql`${certificates.notAfter}`)},
    'revokedAt', ${instant(sql`${certificates.revokedAt}`)},
    'source', ${certificates.source},
    'addedAt', ${instant(sql`${certificates.addedAt}`)},
    'addedByLabel', ${certificates.addedByLabel},
    'detachedSyncs', case when exists (select 1 from detached) then coalesce((
      select jsonb_agg(${destinations.name} order by ${destinations.name}) from detached
      join ${destinations} on ${destinations.accountId} = ${certificates.accountId} and ${destinations.id} = detached.destination_id
      where detached.certificate_id = ${certificates.id}), '[]'::jsonb) else '[]'::jsonb end,
    'retentionDays', ${retentionDays}::int)`;
}
