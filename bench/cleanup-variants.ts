import { and, eq, type SQL, sql } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { certificates } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import { deployments, syncs } from "@/drizzle/schema/use";
import { cutoffOf } from "@/lib/cleanup/rules";
import { longExpired, mayGo } from "@/lib/removal/predicates";
import { withClient } from "./databases";
import { difference, sessionTime } from "./session-time";

/** Whose certificates, and how many: a variant may look at a sample of this many only. */
export type Task = { url: string; accountId: string; sample: number };

/** `removed` in `totalMs`, for which PostgreSQL's sessions worked `sessionMs`; null where that cannot be known. */
export type VariantResult = { totalMs: number; removed: number; sessionMs: number | null };

/** The certificates of the account that a nightly run of 30 days would remove now. */
function eligible(accountId: string, now = new Date()): SQL | undefined {
  return and(eq(certificates.accountId, accountId), mayGo(now), longExpired(cutoffOf(30, now)));
}

/** How many could go, and how many removal records there are. */
export function countAll({ url, accountId }: Pick<Task, "url" | "accountId">) {
  return onDatabase(url, async (db) => {
    const [left] = await db.select({ count: sql<number>`count(*)::int` }).from(certificates).where(eligible(accountId));
    const [records] = await db.select({ count: sql<number>`count(*)::int` }).from(removals);
    return { eligible: left?.count ?? 0, records: records?.count ?? 0 };
  });
}

/** One bare DELETE with the same law and no records: less cannot be done. */
export function removeAtOnce({ url, accountId }: Task): Promise<VariantResult> {
  return unguarded(url, async (db) => {
    const { rowCount } = await db.execute(sql`delete from ${certificates} where ${eligible(accountId)}`);
    return rowCount ?? 0;
  });
}

const PAGE = 500;

/** Pages by OFFSET, who is synced or deployed asked for apart, and then a delete by ids. */
export function removeInPages({ url, accountId }: Task): Promise<VariantResult> {
  return unguarded(url, async (db) => {
    const cutoff = cutoffOf(30, new Date());
    let [removed, kept] = [0, 0];
    for (;;) {
      const page = await db
        .select()
        .from(certificates)
        .where(and(eq(certificates.accountId, accountId), longExpired(cutoff)))
        .orderBy(certificates.id)
        .limit(PAGE)
        .offset(kept);
      if (page.length === 0) return removed;
      const ids = page.map((row) => row.id);
      const used = await usedAmong(db, accountId, ids);
      const free = ids.filter((id) => !used.has(id));
      kept += ids.length - free.length;
      removed += free.length;
      if (free.length === 0) continue;
      await db.execute(
        sql`delete from ${certificates} where account_id = ${accountId} and id in (${sql.join(
          free.map((id) => sql`${id}`),
          sql`, `,
        )})`,
      );
    }
  });
}

/** All certificates listed, each read by itself, judged in the program and deleted by itself; a sample of them. */
export function removeOneByOne({ url, accountId, sample }: Task): Promise<VariantResult> {
  return unguarded(url, async (db) => {
    const cutoff = cutoffOf(30, new Date());
    const listed = await db
      .select({ id: certificates.id })
      .from(certificates)
      .where(eq(certificates.accountId, accountId))
      .orderBy(certificates.id)
      .limit(sample);
    let removed = 0;
    for (const { id } of listed) {
      const ofId = and(eq(certificates.accountId, accountId), eq(certificates.id, id));
      const [row] = await db.select().from(certificates).where(ofId);
      if (row === undefined || row.notAfter >= cutoff) continue;
      if ((await usedAmong(db, accountId, [id])).size > 0) continue;
      await db.delete(certificates).where(ofId);
      removed += 1;
    }
    return removed;
  });
}

async function usedAmong(db: NodePgDatabase, accountId: string, ids: string[]): Promise<Set<string>> {
  const among = (column: SQL) => sql`${column} = any(${`{${ids.join(",")}}`}::uuid[])`;
  const synced = await db
    .select({ id: syncs.certificateId })
    .from(syncs)
    .where(and(eq(syncs.accountId, accountId), among(sql`${syncs.certificateId}`)));
  const deployed = await db
    .select({ id: deployments.certificateId })
    .from(deployments)
    .where(and(eq(deployments.accountId, accountId), among(sql`${deployments.certificateId}`)));
  return new Set([...synced, ...deployed].map((row) => row.id));
}

/** Measures work on a copy in which a deletion is neither recorded nor counted; the foreign keys stay. */
function unguarded(url: string, work: (db: NodePgDatabase) => Promise<number>): Promise<VariantResult> {
  return withClient(url, async (client) => {
    const db = drizzle(client, { casing: "snake_case" });
    for (const trigger of ["certificates_require_removal", "certificates_count_gone"])
      await db.execute(sql`drop trigger if exists ${sql.identifier(trigger)} on ${certificates}`);
    const workedBefore = await sessionTime(client, { own: true });
    const begun = performance.now();
    const removed = await work(db);
    const totalMs = performance.now() - begun;
    return { totalMs, removed, sessionMs: difference(await sessionTime(client, { own: true }), workedBefore) };
  });
}

function onDatabase<T>(url: string, work: (db: NodePgDatabase) => Promise<T>): Promise<T> {
  return withClient(url, (client) => work(drizzle(client, { casing: "snake_case" })));
}
