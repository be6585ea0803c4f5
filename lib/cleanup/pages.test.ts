import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertPerson, insertSync, TEST_NOW } from "@/drizzle/test-rows";
import { mintJobScope } from "@/lib/auth/scope";
import { type RunPage, readPages } from "@/lib/cleanup/pages";
import { claimRequestedRun } from "@/lib/cleanup/schedule";
import { newId } from "@/lib/ids";

useTestDatabase();

const old = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2021-01-01T00:00:00Z") };

/** A claimed run before so many old certificates, each behind a valid one, and the ids of the old. */
async function makeRun(count: number) {
  const admin = await insertPerson({ role: "admin" });
  const scope = mintJobScope(admin.accountId, "Certificate Cleanup");
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const claim = await claimRequestedRun(scope, request, TEST_NOW);
  if (claim === null) throw new Error("the run was not claimed");
  const rows = await insertCertificates(
    admin.accountId,
    Array.from({ length: count * 2 }, (_, index) => (index % 2 === 1 ? old : {})),
  );
  const ids = rows.map((row) => row.id).filter((_, index) => index % 2 === 1);
  return { scope, claim, ids };
}

/** The elements of the text of an array of ids. */
const idsOf = ({ ids }: RunPage) => (ids === "{}" ? [] : ids.slice(1, -1).split(","));

async function readAll(next: (limit: number) => Promise<RunPage>, limit: number): Promise<RunPage[]> {
  const page = await next(limit);
  return page.isLast ? [page] : [page, ...(await readAll(next, limit))];
}

test.each([
  { count: 0, sizes: [0] },
  { count: 1, sizes: [1] },
  { count: 99, sizes: [99] },
  { count: 100, sizes: [100] },
  { count: 101, sizes: [100, 1] },
  { count: 330, sizes: [100, 100, 100, 30] },
  { count: 400, sizes: [100, 100, 100, 100] },
])("of $count old certificates each is read once, in the order of the ids, whatever a chapter holds", async (given) => {
  const { scope, claim, ids } = await makeRun(given.count);
  for (const chapter of [50, 100, 200, 1_000]) {
    const pages = await readAll(readPages(scope, claim, chapter), 100);
    expect([chapter, pages.map((page) => idsOf(page).length)]).toEqual([chapter, given.sizes]);
    expect(pages.flatMap(idsOf)).toEqual([...ids].sort());
  }
});

test("a page tells where its rows lie and whether any has syncs to be taken along", async () => {
  const { scope, claim, ids } = await makeRun(120);
  await insertSync(scope.accountId, ids[3] ?? "", { state: "active" });
  await insertSync(scope.accountId, ids[110] ?? "", { state: "removed" });
  const pages = await readAll(readPages(scope, claim), 100);
  expect(pages.map((page) => page.haveSyncs)).toEqual([false, true]);
  for (const page of pages) {
    const places = page.places.slice(2, -2).split('","');
    const lying = await Promise.all(places.map((place) => rowAt(place)));
    expect(lying).toEqual(idsOf(page));
  }
});

async function rowAt(place: string): Promise<string | undefined> {
  const [row] = await database().select({ id: certificates.id }).from(certificates).where(sql`ctid = ${place}::tid`);
  return row?.id;
}
