import { describe, expect, test } from "vitest";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { useTestDatabase } from "@/drizzle/test-database";
import { TEST_NOW } from "@/drizzle/test-rows";
import { IS, insertUsed, type Made } from "@/drizzle/test-uses";
import type { PersonScope } from "@/lib/auth/scope";
import { LIST_SORTS, type ListSort } from "@/lib/certificates/address";
import { exportCertificates } from "@/lib/certificates/export";
import { listCertificates, walkCertificates } from "@/lib/certificates/queries";
import { PAGE_SIZE, STATUSES, USE_FILTERS } from "@/lib/certificates/rules";
import type { ListFilter } from "@/lib/certificates/schema";
import { summariseCertificates } from "@/lib/certificates/summary";
import { readTimeline } from "@/lib/certificates/timeline";
import { selectedIds, weighSelection } from "@/lib/removal/selection";

useTestDatabase();

const now = TEST_NOW;

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
    const { scope, all } = await insertUsed(360);
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
    const { scope, all } = await insertUsed(240);
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
});
