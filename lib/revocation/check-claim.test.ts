import { eq, ne, sql } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { revocationChecks } from "@/drizzle/schema/revocation";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import type { Scope } from "@/lib/auth/scope";
import { DAY_MS } from "@/lib/certificates/rules";
import { claimChecks } from "@/lib/revocation/check-claim";
import { enrolAll } from "@/lib/revocation/check-enrol";

useTestDatabase();

const never = new AbortController().signal;
const asked = { ocspUrls: ["http://127.0.0.1:1/ocsp"] };

afterEach(async () => {
  await database().delete(revocationChecks);
});

function checksOf(scope: Scope) {
  return database().select().from(revocationChecks).where(eq(revocationChecks.accountId, scope.accountId));
}

test("are uploaded certificates that are still valid and name an address, spread over a day", async () => {
  const scope = await insertPerson();
  const [one, two] = await insertCertificates(scope.accountId, [
    { details: asked },
    { details: { crlUrls: ["http://crl.example.test/"] } },
    {},
    { details: asked, source: "issued" },
    { details: asked, revokedAt: TEST_NOW },
    { details: asked, isSample: true },
    { details: asked, notAfter: new Date(TEST_NOW.getTime() - 1) },
  ]);
  await enrolAll(TEST_NOW, never);
  await enrolAll(TEST_NOW, never);
  const rows = await checksOf(scope);
  expect(rows.map(({ certificateId }) => certificateId).toSorted()).toEqual([one?.id, two?.id].toSorted());
  for (const { nextCheckAt, answer } of rows) {
    expect(answer).toBeNull();
    expect(nextCheckAt.getTime()).toBeGreaterThanOrEqual(TEST_NOW.getTime());
    expect(nextCheckAt.getTime()).toBeLessThan(TEST_NOW.getTime() + DAY_MS);
  }
});

test("are found however many there are, page by page", async () => {
  const scope = await insertPerson();
  await insertCertificates(
    scope.accountId,
    Array.from({ length: 4_500 }, () => ({ details: asked })),
  );
  await enrolAll(TEST_NOW, never);
  expect(await checksOf(scope)).toHaveLength(4_500);
});

test("each is taken by one server only, and what is over is forgotten", async () => {
  const scope = await insertPerson();
  const made = await insertCertificates(scope.accountId, [
    ...Array.from({ length: 20 }, () => ({ details: asked })),
    { details: asked, notAfter: new Date(TEST_NOW.getTime() + 1_000) },
  ]);
  await enrolAll(TEST_NOW, never);
  await database().delete(revocationChecks).where(ne(revocationChecks.accountId, scope.accountId));
  await database().update(revocationChecks).set({ nextCheckAt: TEST_NOW });
  const gone = { accountId: scope.accountId, certificateId: crypto.randomUUID(), nextCheckAt: TEST_NOW };
  await database().insert(revocationChecks).values(gone);
  const later = new Date(TEST_NOW.getTime() + 2_000);
  const claims = await Promise.all(Array.from({ length: 4 }, () => claimChecks(later, 8)));
  const taken = claims.flatMap(({ due }) => due.map(({ id }) => id));
  expect(new Set(taken).size).toBe(taken.length);
  expect(taken.toSorted()).toEqual(
    made
      .slice(0, 20)
      .map(({ id }) => id)
      .toSorted(),
  );
  expect(await checksOf(scope)).toHaveLength(20);
  expect(await claimChecks(later, 8)).toEqual({ taken: 0, due: [] });
  const afterLease = new Date(later.getTime() + 31 * 60_000);
  expect((await claimChecks(afterLease, 50)).due).toHaveLength(20);
});

test("the statements read what they need by an index", async () => {
  const plan = async (statement: ReturnType<typeof sql>) => {
    const { rows } = await database().transaction(async (tx) => {
      // The tables of a test are so small that reading them whole costs least.
      await tx.execute(sql`set local enable_seqscan = off`);
      return tx.execute(sql`explain ${statement}`);
    });
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  };
  expect(
    await plan(
      sql`select 1 from revocation_checks where next_check_at <= now() order by next_check_at limit 50 for update skip locked`,
    ),
  ).toContain("revocation_checks_due_idx");
  expect(
    await plan(sql`select pem from certificate_contents where account_id = gen_random_uuid()
        and details @> '{"isCa": true}' and md5(details ->> 'subject') = md5('CN=x')`),
  ).toContain("certificate_contents_ca_subject_idx");
  expect(await plan(sql`delete from revocation_lists where next_update < now()`)).toContain(
    "revocation_lists_expiry_idx",
  );
});
