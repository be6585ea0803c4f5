import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertDeployment, insertPerson, insertSync, TEST_NOW } from "@/drizzle/test-rows";
import type { PersonScope } from "@/lib/auth/scope";
import { LIST_SORTS, type ListSort } from "@/lib/certificates/address";
import { exportCertificates } from "@/lib/certificates/export";
import { listCertificates, walkCertificates } from "@/lib/certificates/queries";
import { DAY_MS, PAGE_SIZE, STATUSES, statusOf, USE_FILTERS, type UseFilter } from "@/lib/certificates/rules";
import type { ListFilter } from "@/lib/certificates/schema";
import { summariseCertificates } from "@/lib/certificates/summary";
import { readTimeline } from "@/lib/certificates/timeline";
import type { EndpointState } from "@/lib/deployments/rules";
import { selectedIds, weighSelection } from "@/lib/removal/selection";

useTestDatabase();

const now = TEST_NOW;
const days = (count: number) => new Date(now.getTime() + count * DAY_MS);

/** Nothing, an endpoint in each of its states, noted, reported by nobody yet, synced, failing to sync, copied no more. */
const KINDS = [
  "none",
  "serving",
  "unreachable",
  "never_checked",
  "moved_on",
  "noted",
  "synced",
  "failed",
  "disabled",
  "removed",
  "serving and synced",
  "moved on and synced",
] as const;
type Kind = (typeof KINDS)[number];

const IS: Record<UseFilter, (kind: Kind) => boolean> = {
  any: (kind) => !["none", "moved_on", "disabled", "removed"].includes(kind),
  serving: (kind) => kind.startsWith("serving"),
  synced: (kind) => ["synced", "failed", "serving and synced", "moved on and synced"].includes(kind),
  none: (kind) => !IS.any(kind),
};

function endpointIn(state: EndpointState) {
  const checkedAt = state === "never_checked" ? null : now;
  const served = { servedFingerprint: "ab".repeat(32), servedChain: "-----" };
  return {
    ...{ kind: "endpoint" as const, host: "web.test", port: 443, protocol: "tls" as const, state, checkedAt },
    ...{ stateSince: now, nextCheckAt: now },
    ...(state === "moved_on" ? served : {}),
    ...(state === "unreachable" ? { problem: "Nothing listens there." } : {}),
  };
}

async function use({ accountId }: PersonScope, id: string, kind: Kind): Promise<void> {
  const endpoint = (state: EndpointState) => insertDeployment(accountId, id, endpointIn(state));
  switch (kind) {
    case "none":
      return;
    case "noted":
      return void (await insertDeployment(accountId, id));
    case "synced":
      return void (await insertSync(accountId, id));
    case "failed":
    case "removed":
      return void (await insertSync(accountId, id, { state: kind }));
    case "disabled":
      return void (await insertSync(accountId, id, { enabled: false }));
    case "serving and synced":
      return void (await Promise.all([endpoint("serving"), insertSync(accountId, id)]));
    case "moved on and synced":
      return void (await Promise.all([endpoint("moved_on"), insertSync(accountId, id)]));
    default:
      return void (await endpoint(kind));
  }
}

type Made = { id: string; name: string; notAfter: Date; kind: Kind; status: (typeof STATUSES)[number]; free: boolean };

async function inventoryOf(count: number): Promise<{ scope: PersonScope; all: Made[] }> {
  const scope = await insertPerson();
  const rows = Array.from({ length: count }, (_, number) => ({
    name: `${number % 3 === 0 ? "shop" : "mail"}-${number % 7}.example.test`,
    notBefore: number % 11 === 0 ? days(1) : days(-200),
    notAfter: days((number % 40) * 5 - 90),
    revokedAt: number % 13 === 0 ? days(-1) : null,
    source: number % 2 === 0 ? ("issued" as const) : ("uploaded" as const),
  })).map((row) => ({ ...row, notBefore: row.notBefore < row.notAfter ? row.notBefore : days(-200) }));
  const made = await insertCertificates(scope.accountId, rows);
  const all = rows.map((row, number) => {
    const kind = KINDS[(number * 5) % KINDS.length] ?? "none";
    const status = statusOf(row, now);
    const isLive = row.source === "issued" && status !== "expired" && status !== "revoked";
    return { ...row, id: made[number]?.id ?? "", kind, status, free: IS.none(kind) && !isLive };
  });
  for (const { id, kind } of all) await use(scope, id, kind);
  // Another account's uses are none of this one's.
  const other = await insertPerson();
  const [theirs] = await insertCertificates(other.accountId, [{ name: "shop-0.example.test" }]);
  await use(other, theirs?.id ?? "", "serving and synced");
  return { scope, all };
}

function expected(all: Made[], { status, q, deletable, use: filter, expires }: ListFilter): Made[] {
  return all.filter(
    (one) =>
      (status === undefined || one.status === status) &&
      (q === undefined || one.name.includes(q)) &&
      (deletable === undefined || one.free) &&
      (filter === undefined || IS[filter](one.kind)) &&
      (expires === undefined || one.notAfter.toISOString().startsWith(expires)),
  );
}

function inOrder(rows: Made[], sort: ListSort): string[] {
  const keyOf = ({ id, name, notAfter }: Made) =>
    sort.endsWith("expiry") ? `${notAfter.toISOString()}${id}` : sort.endsWith("name") ? `${name}${id}` : id;
  const sorted = rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).map(({ id }) => id);
  return sort.startsWith("-") ? sorted.reverse() : sorted;
}

async function pagesOf(scope: PersonScope, filter: ListFilter, sort: ListSort) {
  const forward: string[][] = [];
  let page = await listCertificates(scope, { ...filter, sort }, now);
  expect(page.previous).toBeNull();
  for (;;) {
    forward.push(page.rows.map(({ id }) => id));
    if (page.next === null) break;
    page = await listCertificates(scope, { ...filter, sort, after: page.next }, now);
  }
  const backward: string[][] = [page.rows.map(({ id }) => id)];
  while (page.previous !== null) {
    page = await listCertificates(scope, { ...filter, sort, before: page.previous }, now);
    backward.unshift(page.rows.map(({ id }) => id));
  }
  return { forward, backward };
}

const FILTERS: ListFilter[] = USE_FILTERS.flatMap((filter) => [
  { use: filter },
  { use: filter, deletable: "yes" as const },
  { use: filter, q: "shop" },
  { use: filter, q: "op" },
  { use: filter, q: "shop-3.example", status: "expired" as const },
  { use: filter, expires: "2026-12" },
  ...STATUSES.map((status) => ({ use: filter, status })),
]);

describe("the filter In use", () => {
  test("finds what a plain recount finds, page by page both ways, and in every sort", {
    timeout: 120_000,
  }, async () => {
    const { scope, all } = await inventoryOf(360);
    expect(expected(all, { use: "any" }).length).toBeGreaterThan(PAGE_SIZE * 3);
    for (const filter of FILTERS) {
      const rows = expected(all, filter);
      const { forward, backward } = await pagesOf(scope, filter, "expiry");
      expect(forward.flat(), JSON.stringify(filter)).toEqual(inOrder(rows, "expiry"));
      expect(backward, JSON.stringify(filter)).toEqual(forward);
    }
    for (const sort of LIST_SORTS)
      for (const filter of USE_FILTERS) {
        const { forward, backward } = await pagesOf(scope, { use: filter }, sort);
        expect(forward.flat(), `${filter} ${sort}`).toEqual(inOrder(expected(all, { use: filter }), sort));
        expect(backward).toEqual(forward);
      }
  });

  test("is counted, drawn by month, selected, exported and walked by programs alike", {
    timeout: 120_000,
  }, async () => {
    const { scope, all } = await inventoryOf(240);
    for (const filter of FILTERS) {
      const said = JSON.stringify(filter);
      const rows = expected(all, filter);
      const free = rows.filter((one) => one.free).length;
      const anyStatus = expected(all, { ...filter, status: undefined });
      const byStatus = Object.fromEntries(
        STATUSES.map((status) => [status, anyStatus.filter((one) => one.status === status).length]),
      );
      expect(await summariseCertificates(scope, filter, now), said).toEqual({
        ...{ total: rows.length, deletable: free, byStatus },
        ...{ isPartial: false, isDeletablePartial: false, isEmpty: false },
      });
      const { months, isPartial } = await readTimeline(scope, filter, now);
      expect(isPartial).toBe(false);
      const drawn = months.flatMap(({ segments }) => segments).reduce((sum, { count }) => sum + count, 0);
      expect(drawn, said).toBe(expected(all, { ...filter, expires: undefined }).length);
      for (const isExact of [true, false])
        expect(await weighSelection(scope, { filter, isExact, now }), said).toMatchObject({
          ...{ total: rows.length, removable: free, isCapped: false },
        });
      const ids = await database().execute(selectedIds(scope, { kind: "filter", filter }, now));
      expect(
        new Set(
          z
            .array(z.object({ id: z.string() }))
            .parse(ids.rows)
            .map(({ id }) => id),
        ),
      ).toEqual(new Set(rows.map(({ id }) => id)));
      const walked = await walkCertificates(scope, { ...filter, sort: "added" }, now);
      expect(walked.rows.map(({ id }) => id)).toEqual(inOrder(rows, "added").slice(0, PAGE_SIZE));
    }
    for (const filter of USE_FILTERS) {
      let csv = "";
      for await (const piece of exportCertificates(scope, { use: filter, sort: "-name" }, now)) csv += piece;
      expect(csv.trim().split("\r\n")).toHaveLength(expected(all, { use: filter }).length + 1);
    }
  });

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
    for (let from = 0; from < used.length; from += 200)
      await Promise.all(used.slice(from, from + 200).map(({ id }) => insertDeployment(scope.accountId, id)));
    const figures = (filter: ListFilter) => summariseCertificates(scope, filter, now);
    const some = await figures({ use: "any" });
    expect(some.isPartial).toBe(true);
    expect(some.total).toBeGreaterThanOrEqual(1_000);
    expect(some.total).toBeLessThanOrEqual(2_600);
    expect(some.deletable).toBe(0);
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
    const { rows: counted } = await database().execute(
      sql`select count(*)::int as n from deployments where account_id = ${accountId}`,
    );
    expect(counted).toEqual([{ n: 7 }]);
  });
});
