import { describe, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import {
  insertCertificates,
  insertDeployment,
  insertDeployments,
  insertPerson,
  insertSync,
  TEST_NOW,
} from "@/drizzle/test-rows";
import { endpointIn } from "@/drizzle/test-uses";
import { listCertificates } from "@/lib/certificates/queries";
import { DAY_MS } from "@/lib/certificates/rules";
import type { ListFilter } from "@/lib/certificates/schema";
import { summariseCertificates } from "@/lib/certificates/summary";
import { weighSelection } from "@/lib/removal/selection";

useTestDatabase();

const now = TEST_NOW;
const days = (count: number) => new Date(now.getTime() + count * DAY_MS);

describe("the figures of the filter In use", () => {
  test("says the least there is where what is in use is too much to look up", { timeout: 120_000 }, async () => {
    const scope = await insertPerson();
    const made = await insertCertificates(
      scope.accountId,
      Array.from({ length: 4_000 }, (_, number) => ({
        name: `host-${number}.test`,
        notAfter: days(number % 2 ? -3 : 300),
      })),
    );
    const used = made.slice(0, 2_600);
    await insertDeployments(
      scope.accountId,
      used.map(({ id }) => id),
    );
    const figures = (filter: ListFilter) => summariseCertificates(scope, filter, now);
    const some = await figures({ use: "any" });
    expect(some.isPartial).toBe(true);
    expect(some.total).toBeGreaterThanOrEqual(1_000);
    expect(some.total).toBeLessThanOrEqual(2_600);
    expect(some.deletable).toBe(0);
    const expired = await figures({ use: "any", status: "expired" });
    expect(expired).toMatchObject({ isPartial: true, deletable: 0, byStatus: some.byStatus });
    expect(expired.total).toBeGreaterThan(300);
    expect(expired.total).toBeLessThanOrEqual(1_300);
    const rest = await figures({ use: "none", status: "expired" });
    expect(rest.isPartial).toBe(true);
    expect(rest.total).toBeGreaterThan(300);
    expect(rest.total).toBeLessThanOrEqual(700);
    const free = await figures({ deletable: "yes", status: "expired" });
    expect(free.total).toBeLessThanOrEqual(700);
    expect(await figures({ use: "serving" })).toMatchObject({ total: 0, isPartial: false });
    const weighed = await weighSelection(scope, { filter: { use: "none" }, isExact: true, now });
    expect(weighed).toMatchObject({ total: 1_400, removable: 1_400 });
  });
});

describe("a row of the list", () => {
  test("counts each use by what is known of it, in one order, and what has moved on blocks nothing", async () => {
    const scope = await insertPerson();
    const { accountId } = scope;
    const [many, gone, plain] = await insertCertificates(accountId, [{ name: "a" }, { name: "b" }, { name: "c" }]);
    const id = many?.id ?? "";
    for (const state of ["serving", "serving", "unreachable", "never_checked", "moved_on"] as const)
      await insertDeployment(accountId, id, endpointIn(state));
    await insertDeployment(accountId, id);
    await insertSync(accountId, id);
    await insertSync(accountId, id, { state: "failed" });
    await insertSync(accountId, id, { state: "pending" });
    await insertSync(accountId, id, { state: "removed" });
    await insertSync(accountId, id, { enabled: false });
    await insertDeployment(accountId, gone?.id ?? "", endpointIn("moved_on"));
    const { rows } = await listCertificates(scope, { sort: "name" }, now);
    expect(
      rows.map(({ uses, deployedAt, syncedTo, blockers }) => [uses, deployedAt.total, syncedTo.total, blockers.length]),
    ).toEqual([
      [
        [
          { use: "serving", count: 2 },
          { use: "unreachable", count: 1 },
          { use: "never_checked", count: 1 },
          { use: "noted", count: 1 },
          { use: "synced", count: 2 },
          { use: "sync_failed", count: 1 },
          { use: "moved_on", count: 1 },
        ],
        ...[5, 3, 2],
      ],
      [[{ use: "moved_on", count: 1 }], 0, 0, 0],
      [[], 0, 0, 0],
    ]);
    expect(rows[2]?.id).toBe(plain?.id);
  });
});
