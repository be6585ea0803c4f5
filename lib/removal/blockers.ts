import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { certificates } from "@/drizzle/schema/certificates";
import { deployments, destinations, syncs } from "@/drizzle/schema/use";
import { correlated } from "@/drizzle/values";
import { type Source, statusOf, type Validity } from "@/lib/certificates/rules";
import { deploymentBlocks, deploymentBlocksDeletion, syncIsActive } from "@/lib/removal/predicates";
import { type Blocker, blockerSentence, blockersOf, NAMES_SHOWN } from "@/lib/removal/rules";

export type Use = { names: string[]; total: number };
export type BlockerView = { blocker: Blocker; sentence: string };

const NONE = sql`'[]'::jsonb`;
const ofCertificate = sql`${deployments.accountId} = ${certificates.accountId} and ${deployments.certificateId} = ${certificates.id}`;

/** For a `certificates` row: the first names of the services that use it. Read only for rows that are shown. */
export const deploymentNames = namesOf(deploymentBlocks);
export const deploymentCount = countOf(deploymentBlocks);

/** The two above as they are when the certificate is to go at `now`. */
export function deploymentsAtDeletion(now: Date) {
  const blocks = deploymentBlocksDeletion(now);
  return { deploymentNames: namesOf(blocks), deploymentCount: countOf(blocks) };
}

function namesOf(blocks: SQL): SQL<string[]> {
  return correlated<string[]>(sql`coalesce((
    select jsonb_agg(shown.name) from (
      select ${deployments.service} || ' ' || ${deployments.resource} as name from ${deployments}
      where ${ofCertificate} and ${blocks} order by ${deployments.id} limit ${NAMES_SHOWN}) shown), ${NONE})`);
}

function countOf(blocks: SQL): SQL<number> {
  return correlated<number>(sql`(select count(*)::int from ${deployments} where ${ofCertificate} and ${blocks})`);
}

export const syncNames: SQL<string[]> = correlated<string[]>(sql`coalesce((
  select jsonb_agg(shown.name) from (
    select ${destinations.name} as name from ${syncs}
    join ${destinations} on ${destinations.accountId} = ${syncs.accountId} and ${destinations.id} = ${syncs.destinationId}
    where ${syncs.accountId} = ${certificates.accountId} and ${syncs.certificateId} = ${certificates.id} and ${syncIsActive}
    order by ${destinations.name} limit ${NAMES_SHOWN}) shown), ${NONE})`);

export const syncCount: SQL<number> = correlated<number>(sql`(
  select count(*)::int from ${syncs}
  where ${syncs.accountId} = ${certificates.accountId} and ${syncs.certificateId} = ${certificates.id} and ${syncIsActive})`);

/** The blockers of a row that was read with the four columns above, with the sentences for people. */
export function blockersWithSentences(
  row: Validity & { source: Source; deployedAt: Use; syncedTo: Use; isRevocationPending: boolean },
  now: Date,
): BlockerView[] {
  const facts = { ...row, deployments: row.deployedAt.total, activeSyncs: row.syncedTo.total };
  const uses: Record<Blocker, Use> = {
    still_valid: { names: [statusOf(row, now)], total: 1 },
    deployed: row.deployedAt,
    synced: row.syncedTo,
  };
  return blockersOf(facts, now).map((blocker) => ({
    blocker,
    sentence: blockerSentence({
      ...{ blocker, ...uses[blocker] },
      ...{ notAfter: row.notAfter, isRevocationPending: row.isRevocationPending },
    }),
  }));
}
