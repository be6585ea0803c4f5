import "server-only";
import { not, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Executor } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { removalRecords } from "@/drizzle/schema/removals";
import { deployments, destinations, syncs } from "@/drizzle/schema/use";
import { at, idArray, type Moment } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { statusColumn } from "@/lib/certificates/predicates";
import {
  deploymentBlocksDeletion,
  eligibilityColumn,
  goesEach,
  longExpired,
  movedOnJustNow,
  stillValid,
  syncGoesAlong,
  usesAmong,
} from "@/lib/removal/predicates";

/** A cleanup run with its settings. */
export type CleanupLaw = { kind: "cleanup"; runId: string; cutoff: Date; skipSynced: boolean; retentionDays: number };

/** Under which conditions a batch goes: as a person asks, alone or several at once, or as a cleanup run. */
export type RemovalLaw = { kind: "person" } | { kind: "bulk"; bulkDeletionId: string } | CleanupLaw;

export type RemovalBatch = { ids: readonly string[]; now: Date; law: RemovalLaw };

const removedRows = z.array(z.object({ id: z.uuid() }));

/**
 * Removes what the law allows of some certificates: a single statement decides, deletes, takes the syncs along and writes
 * the removal records; what it does not return was not deleted. Rows are picked by id alone and judged in place, so that
 * no plan reads more of any table than the batch needs, whatever its statistics say. Throws an error that
 * isStillReferenced() when a deployment or a sync arrived between the decision and the deletion: nothing was changed
 * then, ask again.
 */
export async function removeBatch(
  executor: Executor,
  scope: Scope,
  { ids, now, law }: RemovalBatch,
): Promise<{ removedIds: string[] }> {
  const run = law.kind === "cleanup" ? law : null;
  const heedSyncs = run?.skipSynced ?? true;
  const may = sql`${goesEach(now, heedSyncs)} and ${run === null ? sql`true` : longExpired(run.cutoff)}`;
  const { rows } = await executor.execute(sql`
    with picked as materialized (
      select ${certificates}.ctid as place from ${certificates}
      where ${certificates.accountId} = ${scope.accountId} and ${certificates.id} = any(${idArray(ids)})
    ), ${removal(scope, { law, now, places: sql`select place from picked`, may, takeSyncs: true, takeEndpoints: true })}
    select id from recorded`);
  return { removedIds: removedRows.parse(rows).map((row) => row.id) };
}

/**
 * The same for the pages of a cleanup run, as the parts of a statement that its caller completes: of a page's certificates
 * that are old enough, `recorded` (id) are those that went and `stayed` (id, name, reason) those that are in use; what is in
 * neither changed meanwhile. `only` is what must hold for anything to happen. The text is made once a run: `ids` and
 * `places` of a page and the moment `now` are its placeholders.
 */
export function removalOfPage(
  scope: Scope,
  { haveSyncs, haveEndpoints, law, only }: { haveSyncs: boolean; haveEndpoints: boolean; law: CleanupLaw; only: SQL },
): SQL {
  const now = sql.placeholder("now");
  const old = longExpired(law.cutoff);
  // The cast makes a value of it: without one, ANY would compare with the rows of the query.
  const ids = sql`(select ids from given)::uuid[]`;
  const isAsked = sql`(${certificates.id} in (select unnest(ids) from given)) is true`;
  const isFree = sql`${certificates.id} not in (select id from used)`;
  return sql`given as materialized (
      select ${sql.placeholder("ids")}::uuid[] as ids, ${sql.placeholder("places")}::tid[] as places
    ),
    used as materialized (${usesAmong({ accountId: scope.accountId, ids, heedSyncs: law.skipSynced, blocks: deploymentBlocksDeletion(now) })}),
    stayed as materialized (
      select ${certificates.id} as id, ${certificates.name} as name, used.reason as reason
      from used join ${certificates} on ${certificates.accountId} = ${scope.accountId} and ${certificates.id} = used.id
      where ${only} and ${old}
    ), ${removal(scope, {
      law,
      now,
      places: sql`select unnest(places) from given`,
      may: sql`${only} and ${not(stillValid(now) ?? sql`false`)} and ${old} and ${isAsked} and ${isFree}`,
      takeSyncs: haveSyncs,
      takeEndpoints: haveEndpoints,
    })}`;
}

type Removal = { law: RemovalLaw; now: Moment; places: SQL; may: SQL; takeSyncs: boolean; takeEndpoints: boolean };

/** The one place where certificates are deleted: those at `places` that `may` go, with their records. */
function removal(scope: Scope, { law, now, places, may, takeSyncs, takeEndpoints }: Removal): SQL {
  const run = law.kind === "cleanup" ? law : null;
  const bulkDeletionId = law.kind === "bulk" ? law.bulkDeletionId : null;
  return sql`gone as (
      delete from ${certificates}
      where ${certificates}.ctid = any(array(${places})) and ${certificates.accountId} = ${scope.accountId} and ${may}
      returning ${KEPT}
    )${takeSyncs ? detached(run?.skipSynced ?? true) : sql``}${takeEndpoints ? movedOn(now) : sql``}, recorded as (
      insert into ${removalRecords} (account_id, id, name, status, eligibility, not_before, not_after, revoked_at, source,
        added_at, added_by_label, detached_syncs, moved_on, retention_days, actor_kind, actor_id, actor_label, run_id,
        bulk_deletion_id, removed_at)
      select ${certificates.accountId}, ${certificates.id}, ${certificates.name}, ${statusColumn(now)},
        ${eligibilityColumn(now)}, ${certificates.notBefore}, ${certificates.notAfter}, ${certificates.revokedAt},
        ${certificates.source}, ${certificates.addedAt}, ${certificates.addedByLabel},
        ${takeSyncs ? detachedNames : sql`null`}, ${takeEndpoints ? movedOnEvidence : sql`null`}, ${run?.retentionDays ?? null}::int,
        ${scope.actor.kind}, ${scope.actor.id}::uuid, ${scope.actor.label}, ${run?.runId ?? null}::uuid,
        ${bulkDeletionId}::uuid, ${at(now)}
      from gone as ${certificates}
      returning ${removalRecords.id} as id
    )`;
}

/** What the record takes from the row that goes; its contents stay where they are. */
const KEPT = sql.join(
  [
    certificates.accountId,
    certificates.id,
    certificates.name,
    certificates.notBefore,
    certificates.notAfter,
    certificates.revokedAt,
    certificates.source,
    certificates.addedAt,
    certificates.addedByLabel,
  ],
  sql`, `,
);

/** The syncs that go with the certificates: all that do not keep them. */
function detached(heedSyncs: boolean): SQL {
  return sql`, detached as (
      delete from ${syncs} using gone
      where ${syncs.accountId} = gone.account_id and ${syncs.certificateId} = gone.id
        and ${syncGoesAlong(heedSyncs)}
      returning ${syncs.certificateId} as certificate_id, ${syncs.destinationId} as destination_id
    )`;
}

const detachedNames = sql`case when exists (select 1 from detached) then (
    select array_agg(${destinations.name} order by ${destinations.name}) from detached
    join ${destinations} on ${destinations.accountId} = ${certificates.accountId} and ${destinations.id} = detached.destination_id
    where detached.certificate_id = ${certificates.id}) end`;

/** The endpoints that go with the certificates: those that were just seen to have moved on. */
function movedOn(now: Moment): SQL {
  return sql`, moved_on as (
      delete from ${deployments} using gone
      where ${deployments.accountId} = gone.account_id and ${deployments.certificateId} = gone.id
        and ${movedOnJustNow(now)}
      returning ${deployments.certificateId} as certificate_id, ${deployments.service} as service,
        ${deployments.resource} as resource, ${deployments.servedFingerprint} as served, ${deployments.checkedAt} as checked_at
    )`;
}

const movedOnEvidence = sql`case when exists (select 1 from moved_on) then (
    select jsonb_agg(jsonb_build_object('service', service, 'resource', resource, 'servedFingerprint', served,
      'checkedAt', to_char(checked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by service, resource)
    from moved_on where moved_on.certificate_id = ${certificates.id}) end`;
