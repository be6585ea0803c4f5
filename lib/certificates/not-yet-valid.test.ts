import { expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import type { Scope } from "@/lib/auth/scope";
import { walkCertificates } from "@/lib/certificates/queries";
import { DAY_MS } from "@/lib/certificates/rules";
import { listQuery } from "@/lib/certificates/schema";

useTestDatabase();

const days = (count: number) => new Date(TEST_NOW.getTime() + count * DAY_MS);

/** What was added before it began, 20 days ago. */
function early({ count, begins, expires }: { count: number; begins: Date; expires: Date }) {
  return Array.from({ length: count }, (_, index) => ({
    name: `${expires.toISOString()} ${String(index).padStart(4, "0")}`,
    addedAt: days(-20),
    notBefore: begins,
    notAfter: new Date(expires.getTime() + index),
  }));
}

async function names(scope: Scope): Promise<string[][]> {
  const pages: string[][] = [];
  let after: string | undefined;
  do {
    const query = listQuery.parse({ status: "not_yet_valid", ...(after === undefined ? {} : { after }) });
    const { rows, next } = await walkCertificates(scope, query, TEST_NOW);
    pages.push(rows.map(({ name }) => name));
    after = next ?? undefined;
  } while (after !== undefined);
  return pages;
}

test("is found in its order behind thousands that have begun since they were added, and none of these", async () => {
  const scope = await insertPerson();
  const [first, last] = [
    early({ count: 30, begins: days(1), expires: days(40) }),
    early({ count: 40, begins: days(2), expires: days(60) }),
  ];
  await insertCertificates(scope.accountId, [
    ...last,
    ...first,
    ...early({ count: 1_600, begins: days(-10), expires: days(50) }),
    { name: "revoked", addedAt: days(-20), notBefore: days(1), notAfter: days(45), revokedAt: days(-1) },
    { name: "expired", addedAt: days(-20), notBefore: days(1), notAfter: days(-1) },
  ]);
  const wanted = [...first, ...last].map(({ name }) => name);
  expect(await names(scope)).toEqual([wanted.slice(0, 50), wanted.slice(50)]);
});

test("is found where the clock of the server that added it was ahead", async () => {
  const scope = await insertPerson();
  const begins = new Date(TEST_NOW.getTime() + 10_000);
  const addedAt = new Date(TEST_NOW.getTime() + 30_000);
  await insertCertificates(scope.accountId, [{ name: "a moment", addedAt, notBefore: begins, notAfter: days(90) }]);
  expect(await names(scope)).toEqual([["a moment"]]);
});
