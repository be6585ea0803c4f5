import { and, eq, gte, isNull, lt, not, or, type SQL, sql } from "drizzle-orm";
import { certificates } from "@/drizzle/schema/certificates";
import { deployments, syncs } from "@/drizzle/schema/use";
import { at, type Moment } from "@/drizzle/values";
import { CHECK_COUNTS_MS, MOVED_ON_STATE } from "@/lib/deployments/rules";
import type { Eligibility } from "@/lib/removal/rules";
import { REMOVED_STATE } from "@/lib/syncs/rules";

/** blockersOf() as conditions on `certificates` rows: one a blocker. */
export function stillValid(now: Moment): SQL | undefined {
  return and(eq(certificates.source, "issued"), isNull(certificates.revokedAt), gte(certificates.notAfter, at(now)));
}

/** deploymentBlocks() as a condition on `deployments` rows: all but endpoints that are known to have moved on. */
export const deploymentBlocks = sql`(${deployments.state} is distinct from ${MOVED_ON_STATE})`;

/** deploymentBlocksDeletion() likewise: when a certificate goes, only what was seen just now counts. */
export function deploymentBlocksDeletion(now: Moment): SQL {
  return not(movedOnJustNow(now));
}

/** An endpoint that was just seen to serve another certificate; never null. */
export function movedOnJustNow(now: Moment): SQL {
  const since = sql`${at(now)} - interval '${sql.raw(String(CHECK_COUNTS_MS))} milliseconds'`;
  return sql`(${deployments.state} is not distinct from ${MOVED_ON_STATE} and ${deployments.checkedAt} >= ${since})`;
}

function deploymentsOf(blocks: SQL): SQL {
  return sql`select 1 from ${deployments} where ${deployments.accountId} = ${certificates.accountId}
    and ${deployments.certificateId} = ${certificates.id} and ${blocks}`;
}

export const deployed = sql`exists (${deploymentsOf(deploymentBlocks)})`;

/** The same when a certificate is to go at `now`. */
export function deployedAt(now: Date): SQL {
  return sql`exists (${deploymentsOf(deploymentBlocksDeletion(now))})`;
}

/** isActiveSync() as a condition on `syncs` rows. */
export const syncIsActive = sql`(${syncs.enabled} and ${syncs.state} <> ${REMOVED_STATE})`;

/** The endpoints at which some certificates (`ids`, an array) are watched, as a query. */
export function endpointsOf({ accountId, ids }: { accountId: string; ids: SQL }): SQL {
  return sql`select 1 from ${deployments} where ${deployments.accountId} = ${accountId}
    and ${deployments.certificateId} = any(${ids}) and ${deployments.kind} = 'endpoint'`;
}

/** Which syncs are taken along with a certificate that goes, as a condition on `syncs` rows. */
export function syncGoesAlong(heedSyncs: boolean): SQL {
  return heedSyncs ? sql`not ${syncIsActive}` : sql`true`;
}

/** The syncs of some certificates (`ids`, an array) that are to be taken along, as a query. */
export function syncsToTakeAlong({
  accountId,
  ids,
  heedSyncs,
}: {
  accountId: string;
  ids: SQL;
  heedSyncs: boolean;
}): SQL {
  return sql`select 1 from ${syncs}
    where ${syncs.accountId} = ${accountId} and ${syncs.certificateId} = any(${ids}) and ${syncGoesAlong(heedSyncs)}`;
}

const activeSyncsOf = sql`select 1 from ${syncs}
  where ${syncs.accountId} = ${certificates.accountId} and ${syncs.certificateId} = ${certificates.id} and ${syncIsActive}`;

export const synced = sql`exists (${activeSyncsOf})`;

/** Whether an endpoint was seen to serve a certificate when it was last looked at. */
export const serving = sql`exists (${deploymentsOf(sql`${deployments.kind} = 'endpoint' and ${deployments.state} = 'serving'`)})`;

/** `deployed` or `synced`, for all of an account: PostgreSQL reads what is in use first, as it never does for an OR of both. */
export function inUse({ accountId }: { accountId: string }): SQL {
  const idsOf = (table: typeof deployments | typeof syncs, condition: SQL) =>
    sql`select ${table.certificateId} from ${table} where ${table.accountId} = ${accountId} and ${condition}`;
  return sql`${certificates.id} in (${idsOf(deployments, deploymentBlocks)} union all ${idsOf(syncs, syncIsActive)})`;
}

/** The law of deletion: true where no blocker holds. `heedSyncs` is false only for a cleanup told not to skip them. */
export function mayGo(now: Date, heedSyncs = true): SQL | undefined {
  return noneOf([stillValid(now), deployed, heedSyncs ? synced : undefined]);
}

/** The same law for a batch: PostgreSQL makes no join of a subquery with OFFSET and looks each row up in the indexes. */
export function mayGoEach(now: Date, heedSyncs: boolean): SQL | undefined {
  return eachMayGo(now, { heedSyncs, blocks: deploymentBlocks });
}

/** The law of the very moment of a deletion, for a batch. */
export function goesEach(now: Date, heedSyncs: boolean): SQL | undefined {
  return eachMayGo(now, { heedSyncs, blocks: deploymentBlocksDeletion(now) });
}

function eachMayGo(now: Date, { heedSyncs, blocks }: { heedSyncs: boolean; blocks: SQL }): SQL | undefined {
  const eachDeployed = sql`exists (${deploymentsOf(blocks)} offset 0)`;
  const eachSynced = sql`exists (${activeSyncsOf} offset 0)`;
  return noneOf([stillValid(now), eachDeployed, heedSyncs ? eachSynced : undefined]);
}

/**
 * Which of some certificates (`ids`, an array) are in use, as a query: their `id` and the `reason` to stay, "deployed",
 * else "synced". The uses of all of them are looked up once and together, in the order of the indexes. `blocks` says which deployments count.
 */
export function usesAmong({ accountId, ids, heedSyncs, blocks }: Asked): SQL {
  const inUse = sql`select ${deployments.certificateId} as id, 'deployed' as reason from ${deployments}
    where ${deployments.accountId} = ${accountId} and ${deployments.certificateId} = any(${ids})
      and ${blocks}`;
  const copied = sql`select ${syncs.certificateId}, 'synced' from ${syncs}
    where ${syncs.accountId} = ${accountId} and ${syncs.certificateId} = any(${ids}) and ${syncIsActive}`;
  // "deployed" comes first in the alphabet too.
  return sql`select id, min(reason) as reason from (${inUse} ${heedSyncs ? sql`union all ${copied}` : sql``}) as uses group by id`;
}

type Asked = { accountId: string; ids: SQL; heedSyncs: boolean; blocks: SQL };

function noneOf(blockers: (SQL | undefined)[]): SQL | undefined {
  const blocked = or(...blockers);
  return blocked === undefined ? undefined : not(blocked);
}

/** What the cleanup looks at: expired for so long that notAfter lies before the cutoff. */
export function longExpired(cutoff: Date): SQL {
  return lt(certificates.notAfter, cutoff);
}

/** eligibilityOf() as a value of a `certificates` row. */
export function eligibilityColumn(now: Moment): SQL<Eligibility> {
  return sql<Eligibility>`case
    when ${certificates.revokedAt} is not null then 'revoked'
    when ${certificates.notAfter} < ${at(now)} then 'expired'
    else 'uploaded' end`;
}
