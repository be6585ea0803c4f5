import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { setTimeZone, useTestDatabase } from "@/drizzle/test-database";
import {
  insertAccount,
  insertCertificate,
  insertCertificates,
  insertDeployment,
  insertPerson,
  insertRemoval,
  insertSync,
  TEST_NOW,
} from "@/drizzle/test-rows";
import { cursorAddress, LIST_SORTS } from "@/lib/certificates/address";
import { listCertificates, walkCertificates } from "@/lib/certificates/queries";
import { DAY_MS, LOOKED_THROUGH } from "@/lib/certificates/rules";
import { type ListQuery, listQuery } from "@/lib/certificates/schema";
import { summariseCertificates } from "@/lib/certificates/summary";
import { newId } from "@/lib/ids";

useTestDatabase();

const days = (count: number) => new Date(TEST_NOW.getTime() + count * DAY_MS);
const query = (address: Record<string, unknown>): ListQuery => listQuery.parse(address);

describe("the address of the Overview", () => {
  test("drops what makes no sense and keeps the rest", () => {
    const bad = {
      status: "rotten",
      q: "   ",
      sort: "colour",
      after: "x",
      before: "e30",
      deletable: "1",
      use: "yes",
      expires: "2026-13",
    };
    expect(query(bad)).toEqual({ sort: "expiry" });
    expect(query({ status: "expired", q: " a ", sort: "-name" })).toEqual({ status: "expired", q: "a", sort: "-name" });
  });
});

describe("the list", () => {
  test("shows its beginning for a cursor that names no place in the sort, and takes any month", async () => {
    const scope = await insertPerson();
    await insertCertificate(scope.accountId, { name: "end of time", notAfter: new Date("9999-12-31T23:59:59Z") });
    await insertCertificate(scope.accountId, { name: "soon" });
    const seen = async (address: Record<string, unknown>) => {
      const { rows } = await listCertificates(scope, query(address), TEST_NOW);
      return rows.map((row) => row.name);
    };
    const both = ["soon", "end of time"];
    for (const value of ["foo", "", "2026-02-31 00:00:00+00", "0000-01-01 00:00:00+00", "infinity", "a\0b"]) {
      const after = cursorAddress([value, newId()]);
      expect(await seen({ after }), value).toEqual(both);
      expect(await seen({ sort: "-expiry", before: after }), value).toEqual(both.toReversed());
    }
    const broken = cursorAddress(["a\0b", newId()]);
    expect(await seen({ sort: "name", after: broken })).toEqual(both.toReversed());
    expect(
      await seen({ sort: "added", after: cursorAddress(["foo", "00000000-0000-4000-8000-000000000000"]) }),
    ).toEqual(both.toReversed());
    expect(await seen({ expires: "9999-12" })).toEqual(["end of time"]);
    expect(await seen({ expires: "..9999-12" })).toEqual(both);
    expect(await seen({ expires: "0000-01" })).toEqual(both);
  });

  test.each([
    {},
    { status: "not_yet_valid" },
    { deletable: "yes" },
    { q: "host" },
    { q: "ho", status: "not_yet_valid" },
  ])("pages through every row once, in both directions, for every sort: %o", async (filter) => {
    const scope = await insertPerson();
    // Many rows share a name and a date, so that only the id tells them apart.
    const rows = Array.from({ length: 137 }, (_, index) => ({
      name: `host-${index % 9}.example.test`,
      notBefore: days(50),
      notAfter: days(100 + (index % 5)),
    }));
    await insertCertificates(scope.accountId, rows);
    for (const sort of LIST_SORTS) {
      const forward: string[][] = [];
      let page = await listCertificates(scope, query({ ...filter, sort }), TEST_NOW);
      expect(page.previous).toBeNull();
      forward.push(page.rows.map((row) => row.id));
      while (page.next !== null) {
        page = await listCertificates(scope, query({ ...filter, sort, after: page.next }), TEST_NOW);
        forward.push(page.rows.map((row) => row.id));
      }
      expect(
        forward.map((ids) => ids.length),
        sort,
      ).toEqual([50, 50, 37]);
      expect(new Set(forward.flat()).size).toBe(137);
      const backward: string[][] = [forward[2] ?? []];
      while (page.previous !== null) {
        page = await listCertificates(scope, query({ ...filter, sort, before: page.previous }), TEST_NOW);
        backward.unshift(page.rows.map((row) => row.id));
      }
      expect(backward, sort).toEqual(forward);
    }
  });

  test("pages by expiry alike whatever the time zone of the database's sessions", async () => {
    const scope = await insertPerson();
    const start = new Date("0001-01-01T00:00:00Z");
    const rows = Array.from({ length: 70 }, (_, index) => ({ name: `${index}`, notBefore: start, notAfter: start }));
    await insertCertificates(scope.accountId, rows);
    await setTimeZone("America/New_York");
    try {
      for (const sort of ["expiry", "-expiry"]) {
        const first = await listCertificates(scope, query({ sort }), TEST_NOW);
        const second = await listCertificates(scope, query({ sort, after: first.next }), TEST_NOW);
        expect(new Set([...first.rows, ...second.rows].map((row) => row.name)).size).toBe(rows.length);
        const back = await listCertificates(scope, query({ sort, before: second.previous }), TEST_NOW);
        expect(back.rows).toEqual(first.rows);
      }
    } finally {
      await setTimeZone("UTC");
    }
  });

  test("leads back from a page that deletions emptied or shortened, and never to an empty one", async () => {
    const scope = await insertPerson();
    const rows = Array.from({ length: 60 }, (_, index) => ({ notAfter: days(100 + index) }));
    await insertCertificates(scope.accountId, rows);
    const all = query({});
    const first = await listCertificates(scope, all, TEST_NOW);
    const second = await listCertificates(scope, query({ after: first.next }), TEST_NOW);
    const beyondTheLast = cursorAddress(["2999-01-01 00:00:00+00", newId()]);
    const end = await listCertificates(scope, query({ after: beyondTheLast }), TEST_NOW);
    expect(end.rows).toHaveLength(50);
    expect(end.rows.at(-1)?.id).toBe(second.rows.at(-1)?.id);
    expect(end.next).toBeNull();
    const whole = await listCertificates(scope, query({ before: end.previous }), TEST_NOW);
    expect(whole.rows.map((row) => row.id)).toEqual(first.rows.map((row) => row.id));
    expect(whole.previous).toBeNull();
    const nothing = await listCertificates(scope, query({ q: "nowhere", after: first.next }), TEST_NOW);
    expect(nothing).toMatchObject({ rows: [], previous: null, next: null });
  });

  test("shows only the account's own rows", async () => {
    const [mine, theirs] = [await insertPerson(), await insertAccount()];
    const { id } = await insertCertificate(mine.accountId);
    await insertCertificate(theirs);
    const { rows } = await listCertificates(mine, query({}), TEST_NOW);
    expect(rows.map((row) => row.id)).toEqual([id]);
  });

  test("finds any part of a name, whole or in pieces, and takes wildcards for themselves", async () => {
    const scope = await insertPerson();
    const { id, fingerprint } = await insertCertificate(scope.accountId, { name: "api_v2.Payments.example.test" });
    await insertCertificate(scope.accountId, { name: "apixv2.other.example.test" });
    const found = async (q: string) =>
      (await listCertificates(scope, query({ q }), TEST_NOW)).rows.map((row) => row.id);
    const colons = (fingerprint.match(/../g) ?? []).join(":").toUpperCase();
    for (const q of ["payments", "AYMENT", "api_v2", fingerprint.slice(3, 40), colons, "cn=api_v2"]) {
      expect(await found(q), q).toEqual([id]);
    }
    expect(await found("%")).toEqual([]);
    expect(await found("\\")).toEqual([]);
    expect((await found("issuing ca")).length).toBe(2);
  });

  test("finds what is rare far down the order, whatever is looked for and however the list is sorted", async () => {
    const scope = await insertPerson();
    const many = Array.from({ length: 1_700 }, (_, number) => ({
      name: `host-${number}.test`,
      notAfter: days(number),
    }));
    await insertCertificates(scope.accountId, many);
    // In the rows of a version before there is nothing to search in; it is read from the contents.
    await database().update(certificates).set({ search: null }).where(sql`name like '%7.test'`);
    const [far] = await insertCertificates(scope.accountId, [{ name: "zanzibar.test", notAfter: days(3_000) }]);
    await insertRemoval(scope.accountId, { name: "zanzibar-removed.test" });
    await insertCertificate((await insertPerson()).accountId, { name: "zanzibar.elsewhere.test" });
    for (const sort of LIST_SORTS) {
      for (const q of ["zanzibar", "zb", "nz", "ar.t"]) {
        const { rows, previous, next } = await listCertificates(scope, query({ q, sort }), TEST_NOW);
        const expected = q === "zb" ? [] : [far?.id];
        expect({ ids: rows.map((row) => row.id), previous, next }, `${q} ${sort}`).toEqual({
          ids: expected,
          ...{ previous: null, next: null },
        });
      }
    }
    const common = await listCertificates(scope, query({ q: "host" }), TEST_NOW);
    const more = await listCertificates(scope, query({ q: "host", after: common.next }), TEST_NOW);
    const names = [...common.rows, ...more.rows].map((row) => row.name);
    expect(names).toEqual(many.slice(0, 100).map(({ name }) => name));
    expect(await summariseCertificates(scope, { q: "zanzibar" }, TEST_NOW)).toMatchObject({ total: 1, isEmpty: false });
  });

  test("looks through a part of the list at a time for one or two letters, and goes on from there both ways", async () => {
    const scope = await insertPerson();
    const many = Array.from({ length: LOOKED_THROUGH + 30 }, (_, number) => ({
      name: number === 27 || number === LOOKED_THROUGH + 20 ? `zq-${number}.test` : `host-${number}.test`,
      notAfter: days(number),
      ...(number === LOOKED_THROUGH + 20 ? { search: null } : {}),
    }));
    const made = await insertCertificates(scope.accountId, many);
    const first = await listCertificates(scope, query({ q: "zq" }), TEST_NOW);
    expect(first).toMatchObject({ rows: [{ id: made[27]?.id }], previous: null, lookedThrough: LOOKED_THROUGH });
    const second = await listCertificates(scope, query({ q: "zq", after: first.next }), TEST_NOW);
    expect(second).toMatchObject({ rows: [{ id: made.at(-10)?.id }], next: null, lookedThrough: null });
    const back = await listCertificates(scope, query({ q: "zq", before: second.previous }), TEST_NOW);
    expect(back).toMatchObject({ rows: [{ id: made[27]?.id }], lookedThrough: LOOKED_THROUGH });
    const none = await listCertificates(scope, query({ q: "xy" }), TEST_NOW);
    expect(none).toMatchObject({ rows: [], previous: null, next: expect.any(String), lookedThrough: LOOKED_THROUGH });
    const beyond = await listCertificates(scope, query({ q: "xy", after: none.next }), TEST_NOW);
    expect(beyond).toMatchObject({ rows: [], previous: null, next: null, lookedThrough: null });
    // Programs are told no less than all.
    const walked = await walkCertificates(scope, query({ q: "zq" }), TEST_NOW);
    expect(walked).toMatchObject({ rows: [{}, {}], next: null });
  });

  test("says what each row is used by and why it may not go", async () => {
    const scope = await insertPerson();
    const { id } = await insertCertificate(scope.accountId, { source: "issued", notAfter: days(10) });
    await insertDeployment(scope.accountId, id, { service: "nginx", resource: "web:443" });
    await insertSync(scope.accountId, id, { destination: "ACM" });
    await insertSync(scope.accountId, id, { destination: "Old", enabled: false });
    const { rows } = await listCertificates(scope, query({}), TEST_NOW);
    expect(rows).toMatchObject([
      {
        status: "expiring",
        deployedAt: { names: ["nginx web:443"], total: 1 },
        syncedTo: { names: ["ACM"], total: 1 },
        blockers: [{ blocker: "still_valid" }, { blocker: "deployed" }, { blocker: "synced" }],
      },
    ]);
  });
});
