import { describe, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import {
  insertCertificate,
  insertCertificates,
  insertDeployment,
  insertPerson,
  insertSync,
  TEST_NOW,
} from "@/drizzle/test-rows";
import type { Scope } from "@/lib/auth/scope";
import { LIST_SORTS } from "@/lib/certificates/address";
import { exportCertificates } from "@/lib/certificates/export";
import { listCertificates } from "@/lib/certificates/queries";
import { DAY_MS, STATUSES } from "@/lib/certificates/rules";
import { listQuery } from "@/lib/certificates/schema";

useTestDatabase();

const days = (count: number) => new Date(TEST_NOW.getTime() + count * DAY_MS);

async function piecesOf(scope: Scope, address: Record<string, unknown>): Promise<string[]> {
  const list: string[] = [];
  for await (const piece of exportCertificates(scope, listQuery.parse(address), TEST_NOW)) list.push(piece);
  return list;
}

/** Reads CSV as RFC 4180 says, for records whose fields are all quoted. */
function parse(csv: string): string[][] {
  const records: string[][] = [[]];
  for (const [, field = "", end] of csv.matchAll(/"((?:[^"]|"")*)"(,|\r\n)/g)) {
    records.at(-1)?.push(field.replaceAll('""', '"'));
    if (end === "\r\n") records.push([]);
  }
  return records.slice(0, -1);
}

async function exported(scope: Scope, address: Record<string, unknown> = {}): Promise<Record<string, string>[]> {
  const [header = [], ...records] = parse((await piecesOf(scope, address)).join(""));
  return records.map((values) => Object.fromEntries(header.map((name, column) => [name, values[column] ?? ""])));
}

/** What the screen shows for the same address, page after page. */
async function listed(scope: Scope, address: Record<string, unknown>): Promise<string[]> {
  const names: string[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page = await listCertificates(scope, listQuery.parse({ ...address, after }), TEST_NOW);
    names.push(...page.rows.map((row) => row.name));
    after = page.next;
  }
  return names;
}

/** 640 certificates of every status, many of which share a date; every tenth is deployed. */
async function insertMany(): Promise<Scope> {
  const scope = await insertPerson();
  const made = await insertCertificates(
    scope.accountId,
    Array.from({ length: 640 }, (_, index) => ({
      name: `${index % 2 === 0 ? "Even" : "odd"}-${String((index * 7) % 640).padStart(3, "0")}.example.test`,
      notBefore: days(index % 8 === 0 ? 3 : -900),
      notAfter: days(4 + (index % 5) * (index % 3 === 0 ? -20 : 20)),
      revokedAt: index % 11 === 0 ? days(-1) : null,
      source: index % 4 === 0 ? ("issued" as const) : ("uploaded" as const),
    })),
  );
  for (const [index, { id }] of made.entries()) if (index % 10 === 0) await insertDeployment(scope.accountId, id);
  return scope;
}

describe("the export of certificates", () => {
  test("holds every row once, in the order of the screen, for every sort and every filter", async () => {
    const scope = await insertMany();
    const addresses = [
      ...LIST_SORTS.map((sort) => ({ sort })),
      ...STATUSES.map((status) => ({ status })),
      { deletable: "yes" },
      { q: "even-" },
      { expires: "2026-12" },
      { status: "expired", q: "odd-", deletable: "yes", expires: "..2026-11", sort: "-name" },
    ];
    for (const address of addresses) {
      const names = (await exported(scope, address)).map((record) => record.Name);
      expect(names.length, JSON.stringify(address)).toBeGreaterThan(0);
      expect(names, JSON.stringify(address)).toEqual(await listed(scope, address));
    }
    expect(await exported(scope)).toHaveLength(640);
  }, 120_000);

  test("begins at the beginning, wherever the screen is", async () => {
    const scope = await insertPerson();
    await insertCertificates(
      scope.accountId,
      Array.from({ length: 60 }, (_, index) => ({ notAfter: days(index) })),
    );
    const first = await listCertificates(scope, listQuery.parse({}), TEST_NOW);
    const second = await listCertificates(scope, listQuery.parse({ after: first.next }), TEST_NOW);
    expect(await exported(scope, { after: first.next })).toHaveLength(60);
    expect(await exported(scope, { before: second.previous })).toHaveLength(60);
  });

  test("comes in pieces of a few hundred rows, however many there are", async () => {
    const scope = await insertPerson();
    await insertCertificates(
      scope.accountId,
      Array.from({ length: 3_000 }, () => ({})),
    );
    const pieces = await piecesOf(scope, {});
    expect(pieces.length).toBeGreaterThan(10);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(200_000);
  });

  test("says everything of a certificate under a header, and nothing that a spreadsheet would run", async () => {
    const scope = await insertPerson();
    const { id, fingerprint } = await insertCertificate(scope.accountId, {
      name: '=cmd|" /C calc"!A0',
      source: "issued",
      notAfter: days(10),
      details: {
        serial: "-5",
        subject: "CN=a,\r\nO=b",
        sans: [
          { kind: "dns", value: "a.example.test" },
          { kind: "ip", value: "10.0.0.1" },
        ],
      },
    });
    await insertDeployment(scope.accountId, id, { service: "nginx", resource: "web:443" });
    await insertSync(scope.accountId, id, { destination: "@ACM" });
    await insertSync(scope.accountId, id, { destination: "Old", enabled: false });
    expect(await exported(scope)).toEqual([
      {
        Name: `'=cmd|" /C calc"!A0`,
        "Fingerprint (SHA-256)": fingerprint,
        Serial: "'-5",
        Subject: "CN=a,\r\nO=b",
        Issuer: "CN=Example Issuing CA 1,O=Example",
        "Subject alternative names": "dns:a.example.test, ip:10.0.0.1",
        "Not before": "2026-08-14T12:00:00.000Z",
        "Not after": "2026-12-02T12:00:00.000Z",
        Status: "Expiring soon",
        Source: "Issued",
        "Revoked at": "",
        "Revocation pending": "No",
        Deployments: "nginx web:443",
        "Active syncs": "'@ACM",
        "May be deleted": "No",
        "Why not":
          "Revoke it first, or wait until it expires on 2 Dec 2026. In use by nginx web:443. Synced to @ACM. Remove the sync first.",
        "Added at": "2026-11-22T12:00:00.000Z",
        "Added by": "uploader@example.test",
      },
    ]);
  });

  test("says when a certificate was revoked, and that it may go", async () => {
    const scope = await insertPerson();
    await insertCertificate(scope.accountId, { source: "issued", revokedAt: days(-2) });
    expect(await exported(scope)).toMatchObject([
      { Status: "Revoked", "Revoked at": "2026-11-20T12:00:00.000Z", "May be deleted": "Yes", "Why not": "" },
    ]);
  });

  test("is of one account only, and has a header even when there is nothing", async () => {
    const [scope, stranger] = [await insertPerson(), await insertPerson()];
    await insertCertificate(scope.accountId, { name: "one.example.test" });
    expect((await exported(scope)).map((record) => record.Name)).toEqual(["one.example.test"]);
    const [header] = parse((await piecesOf(stranger, {})).join(""));
    expect(header?.[0]).toBe("Name");
    expect(await exported(stranger)).toEqual([]);
    expect(await exported(scope, { q: "nothing like this" })).toEqual([]);
  });
});
