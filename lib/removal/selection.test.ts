import { expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import {
  insertCertificate,
  insertCertificates,
  insertDeployment,
  insertPerson,
  insertSync,
  TEST_NOW,
} from "@/drizzle/test-rows";
import { DAY_MS } from "@/lib/certificates/rules";
import { newId } from "@/lib/ids";
import { selection } from "@/lib/removal/schema";
import { weighSelection } from "@/lib/removal/selection";

useTestDatabase();

const days = (count: number) => new Date(TEST_NOW.getTime() + count * DAY_MS);
const expired = { notBefore: days(-400), notAfter: days(-41) };
const live = { notBefore: days(-40), notAfter: days(300) };

test("a selection is weighed as the deletion would judge it", async () => {
  const scope = await insertPerson();
  await insertCertificates(scope.accountId, [expired, expired, expired]);
  const issued = await insertCertificate(scope.accountId, { ...live, source: "issued" });
  await insertDeployment(scope.accountId, issued.id);
  await insertCertificate(scope.accountId, live);
  const copied = await insertCertificate(scope.accountId, expired);
  await insertSync(scope.accountId, copied.id);
  for (const isExact of [true, false]) {
    expect(await weighSelection(scope, { filter: {}, isExact, now: TEST_NOW })).toEqual({
      ...{ total: 6, removable: 4, live: 1, stillValid: 1, deployed: 0, synced: 1, isCapped: false },
    });
  }
  const narrowed = await weighSelection(scope, { filter: { status: "expired" }, isExact: true, now: TEST_NOW });
  expect(narrowed).toMatchObject({ total: 4, removable: 3, live: 0, synced: 1 });
});

test.each([
  [{ kind: "filter", filter: { status: "nonsense" } }],
  [{ kind: "filter", filter: { expires: "2026-13" } }],
  [{ kind: "filter", filter: { use: "yes" } }],
  [{ kind: "filter", filter: { unknown: "yes" } }],
  [{ kind: "chosen", ids: [] }],
  [{ kind: "chosen", ids: ["x"] }],
  [{ kind: "chosen", ids: Array.from({ length: 1_001 }, () => newId()) }],
])("a selection that makes no sense is refused, and never taken for everything: %#", (input) => {
  expect(selection.safeParse(input).success).toBe(false);
});
