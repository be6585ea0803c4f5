import { eq, sql } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { isStillReferenced } from "@/drizzle/failures";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns } from "@/drizzle/schema/cleanup";
import { removals } from "@/drizzle/schema/removals";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertDeployment, insertPerson, insertSync, TEST_NOW } from "@/drizzle/test-rows";
import { mintJobScope, type Scope } from "@/lib/auth/scope";
import { pageRemover } from "@/lib/cleanup/batch";
import { requestStop } from "@/lib/cleanup/commands";
import { type Page, readPages } from "@/lib/cleanup/pages";
import { type Claim, claimRequestedRun } from "@/lib/cleanup/schedule";
import { newId } from "@/lib/ids";

useTestDatabase();

const old = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2021-01-01T00:00:00Z") };

let scope: Scope;
let claim: Claim;
let first: string;
let second: string;

beforeEach(async () => {
  const admin = await insertPerson({ role: "admin" });
  scope = mintJobScope(admin.accountId, "Certificate Cleanup");
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const claimed = await claimRequestedRun(scope, request, TEST_NOW);
  const [one, two] = await insertCertificates(admin.accountId, [old, old]);
  if (claimed === null || !one || !two) throw new Error("not made");
  claim = claimed;
  [first, second] = [one.id, two.id];
});

const page = () => readPages(scope, claim)(10);
const removePage = (read: Page, now: Date) => pageRemover(scope, claim)(read, now);

async function recorded(): Promise<string[]> {
  const rows = await database()
    .select({ id: removals.id })
    .from(removals)
    .where(eq(removals.accountId, scope.accountId));
  return rows.map((row) => row.id).sort();
}

async function counts() {
  const { removed, skippedDeployed, skippedSynced, heartbeatAt } = cleanupRuns;
  const [run] = await database()
    .select({ removed, skippedDeployed, skippedSynced, heartbeatAt })
    .from(cleanupRuns)
    .where(eq(cleanupRuns.id, claim.runId));
  return run;
}

test("a page goes with its records and is counted, and the run is heard of", async () => {
  const now = new Date(TEST_NOW.getTime() + 1_000);
  const outcome = await removePage(await page(), now);
  expect(outcome).toEqual({ removed: 2, skippedDeployed: 0, skippedSynced: 0, unsettled: [] });
  expect(await recorded()).toEqual([first, second].sort());
  expect(await counts()).toEqual({ removed: 2, skippedDeployed: 0, skippedSynced: 0, heartbeatAt: now });
});

test("a certificate that moved since its page was read does not go and is named, to be asked for again", async () => {
  const read = await page();
  await database().update(certificates).set({ revokedAt: TEST_NOW }).where(eq(certificates.id, first));
  const outcome = await removePage(read, TEST_NOW);
  expect(outcome).toMatchObject({ removed: 1, unsettled: [first] });
  expect(await recorded()).toEqual([second]);
});

test("a place where another certificate lies by now is not believed", async () => {
  const read = await page();
  const [stranger] = await insertCertificates(scope.accountId, [{}]);
  const { rows } = await database().execute(
    sql`select ctid::text as place from ${certificates} where id = ${stranger?.id}`,
  );
  const places = `{"${rows[0]?.place}","${rows[0]?.place}"}`;
  const outcome = await removePage({ ...read, places }, TEST_NOW);
  expect(outcome).toMatchObject({ removed: 0 });
  expect(outcome?.unsettled.sort()).toEqual([first, second].sort());
  expect(await recorded()).toEqual([]);
});

test("what came into use since the page was read stays, and the run says why", async () => {
  const read = await page();
  await insertDeployment(scope.accountId, first);
  await insertSync(scope.accountId, second);
  const outcome = await removePage(read, TEST_NOW);
  expect(outcome).toEqual({ removed: 0, skippedDeployed: 1, skippedSynced: 1, unsettled: [] });
  expect(await counts()).toMatchObject({ removed: 0, skippedDeployed: 1, skippedSynced: 1 });
});

test("a sync to be taken along that arrived since the page was read stops the page, and nothing of it is done", async () => {
  const read = await page();
  expect(read.haveSyncs).toBe(false);
  await insertSync(scope.accountId, first, { state: "removed" });
  const tried = removePage(read, TEST_NOW);
  expect(isStillReferenced(await tried.catch((error: unknown) => error))).toBe(true);
  expect(await recorded()).toEqual([]);
  expect(await counts()).toMatchObject({ removed: 0 });
});

const stop = () => requestStop(scope, { runId: claim.runId, now: TEST_NOW });
const change = (changed: Partial<typeof cleanupRuns.$inferInsert>) => async () => {
  await database().update(cleanupRuns).set(changed).where(eq(cleanupRuns.id, claim.runId));
};

test.each([
  { how: "is to stop", does: stop },
  { how: "was asked to stop by a server of the version before", does: change({ stopRequestedAt: TEST_NOW }) },
  { how: "has ended", does: change({ status: "failed", finishedAt: TEST_NOW }) },
])("nothing is done for a run that $how", async ({ does }) => {
  await does();
  expect(await removePage(await page(), TEST_NOW)).toBeNull();
  expect(await recorded()).toEqual([]);
  expect(await counts()).toMatchObject({ removed: 0, heartbeatAt: TEST_NOW });
});
