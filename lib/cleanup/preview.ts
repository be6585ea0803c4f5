import "server-only";
import { and, asc, desc, eq, not, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database, type Transaction } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { at as moment } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { weighIn } from "@/lib/cleanup/brake";
import { cutoffOf, PREVIEW_CAP, type PreviewOutcome } from "@/lib/cleanup/rules";
import type { EffectView, PreviewRow } from "@/lib/cleanup/schema";
import { type Page, type Position, readPage, type Stretch } from "@/lib/paging/rules";
import type { MomentPlace } from "@/lib/paging/schema";
import { deploymentCount, deploymentNames, syncCount, syncNames } from "@/lib/removal/blockers";
import { judgedRows } from "@/lib/removal/judged";
import { deployed, longExpired, mayGoEach, synced } from "@/lib/removal/predicates";
import { listNames } from "@/lib/removal/rules";

/** A run that is foreseen: one at `at` that looks at what expired before `cutoff`. */
export type Foreseen = { cutoff: Date; skipSynced: boolean; at: Date };

/** The run that would be made at `at` with settings that need not be saved. */
export function foreseenAt(settings: { retentionDays: number; skipSynced: boolean; at: Date }): Foreseen {
  const { retentionDays, skipSynced, at } = settings;
  return { cutoff: cutoffOf(retentionDays, at), skipSynced, at };
}

/** The very conditions of the run; a certificate that is both deployed and synced counts as deployed there too. */
function conditionOf(outcome: PreviewOutcome, { cutoff, skipSynced, at }: Foreseen): SQL | undefined {
  const old = longExpired(cutoff);
  switch (outcome) {
    case "removable":
      return and(old, mayGoEach(at, skipSynced));
    case "deployed":
      return and(old, deployed);
    case "synced":
      return skipSynced ? and(old, synced, not(deployed)) : sql`false`;
  }
}

/** What the run would do, in figures of one snapshot, and whether the brake would hold it. */
export function readEffect(scope: Scope, run: Foreseen & { brakePercent: number }): Promise<EffectView> {
  return withoutWriting(async (tx) => ({ ...(await judge(tx, scope, run)), held: await weighIn(tx, scope, run) }));
}

const judgedRow = z.tuple([
  z.object({ judged: z.number(), removable: z.number(), deployed: z.number(), synced: z.number() }),
]);

/** Every certificate that is old enough is judged once, up to PREVIEW_CAP; the tests hold it to the conditions of the run. */
async function judge(tx: Transaction, scope: Scope, run: Foreseen): Promise<Omit<EffectView, "held">> {
  const old = sql`(select * from ${certificates}
    where ${and(eq(certificates.accountId, scope.accountId), longExpired(run.cutoff))} limit ${PREVIEW_CAP + 1})`;
  const { rows } = await tx.execute(sql`select count(*)::int as judged,
      count(*) filter (where blocker is null)::int as removable, count(*) filter (where blocker = 'deployed')::int as deployed,
      count(*) filter (where blocker = 'synced')::int as synced
    from (${judgedRows(scope, old, { now: run.at, heedSyncs: run.skipSynced })}) as judged`);
  const [{ judged, ...counts }] = judgedRow.parse(rows);
  const figure = (count: number) => ({ count, isCapped: judged > PREVIEW_CAP });
  return {
    removable: figure(counts.removable),
    skippedDeployed: figure(counts.deployed),
    skippedSynced: figure(counts.synced),
  };
}

/** A page of the certificates with which the run would do this, in the order in which it takes them. */
export function listForeseen(
  scope: Scope,
  run: Foreseen & { outcome: PreviewOutcome },
  position: Position<MomentPlace>,
): Promise<Page<PreviewRow, MomentPlace>> {
  return withoutWriting((tx) =>
    readPage(position, {
      read: (stretch) => readRows(tx, scope, { run, stretch }),
      placeOf: ({ notAfter, id }) => ({ moment: new Date(notAfter), id }),
    }),
  );
}

function withoutWriting<Value>(read: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return database().transaction(read, { accessMode: "read only", isolationLevel: "repeatable read" });
}

type Asked = { run: Foreseen & { outcome: PreviewOutcome }; stretch: Stretch<MomentPlace> };

async function readRows(tx: Transaction, scope: Scope, { run, stretch }: Asked): Promise<PreviewRow[]> {
  const { from, towards, limit } = stretch;
  const sign = towards === "end" ? sql`>` : sql`<`;
  const beyond =
    from === null
      ? undefined
      : sql`(${certificates.notAfter}, ${certificates.id}) ${sign} (${moment(from.moment)}, ${from.id}::uuid)`;
  const direction = towards === "end" ? asc : desc;
  const order = [direction(certificates.notAfter), direction(certificates.id)];
  // The page first, then who uses what is on it.
  const page = tx
    .select()
    .from(certificates)
    .where(and(eq(certificates.accountId, scope.accountId), conditionOf(run.outcome, run), beyond))
    .orderBy(...order)
    .limit(limit)
    .as("certificates");
  const rows = await tx
    .select({
      id: certificates.id,
      name: certificates.name,
      notAfter: certificates.notAfter,
      deploymentNames,
      deploymentCount,
      syncNames,
      syncCount,
    })
    .from(page)
    .orderBy(...order);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    notAfter: row.notAfter.toISOString(),
    deployedAt: row.deploymentCount === 0 ? null : listNames(row.deploymentNames, row.deploymentCount),
    syncedTo: row.syncCount === 0 ? null : listNames(row.syncNames, row.syncCount),
  }));
}
