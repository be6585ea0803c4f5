import { describe, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, insertRemoval, insertRemovals, TEST_NOW } from "@/drizzle/test-rows";
import { exportRemovals } from "@/lib/removal/export";

useTestDatabase();

async function piecesOf(pieces: AsyncGenerator<string>): Promise<string[]> {
  const list: string[] = [];
  for await (const piece of pieces) list.push(piece);
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

describe("the export of removals", () => {
  test("holds 5,000 rows, each once, newest first, in pieces of a few hundred", async () => {
    const scope = await insertPerson({ role: "viewer" });
    const made = await insertRemovals(
      scope.accountId,
      Array.from({ length: 5_000 }, (_, index) => ({
        removedAt: new Date(TEST_NOW.getTime() + Math.floor(index / 3)),
      })),
    );
    const pieces = await piecesOf(exportRemovals(scope, ""));
    const [, ...records] = parse(pieces.join(""));
    expect(records.map(([, fingerprint]) => fingerprint)).toEqual(made.map((row) => row.fingerprint).reverse());
    expect(pieces.length).toBeGreaterThan(20);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(200_000);
  });

  test("says everything of a row under a header", async () => {
    const scope = await insertPerson();
    const { fingerprint } = await insertRemoval(scope.accountId, {
      name: '=cmd|" /C calc"!A0',
      details: {
        serial: "-5",
        subject: "CN=a,\r\nO=b",
        sans: [
          { kind: "DNS", value: "a.example.test" },
          { kind: "IP", value: "10.0.0.1" },
        ],
      },
    });
    const csv = (await piecesOf(exportRemovals(scope, ""))).join("");
    const [header = [], values = []] = parse(csv);
    expect(Object.fromEntries(header.map((name, column) => [name, values[column]]))).toEqual({
      Name: `'=cmd|" /C calc"!A0`,
      "Fingerprint (SHA-256)": fingerprint,
      Serial: "'-5",
      Subject: "CN=a,\r\nO=b",
      Issuer: "CN=Example Issuing CA 1,O=Example",
      "Subject alternative names": "DNS:a.example.test, IP:10.0.0.1",
      "Not before": "2025-10-12T12:00:00.000Z",
      "Not after": "2026-10-12T12:00:00.000Z",
      Status: "expired",
      Why: "Expired 41 days before",
      "Removed by": "remover@example.test",
      "Removed at": "2026-11-22T12:00:00.000Z",
      "Cleanup run": "",
    });
  });

  test("holds what the search finds, of one account only, and a header even when that is nothing", async () => {
    const scope = await insertPerson();
    const stranger = await insertPerson();
    await insertRemovals(scope.accountId, [{ name: "one.example.test" }, { name: "two.example.test" }]);
    const namesOf = async (...asked: Parameters<typeof exportRemovals>) =>
      parse((await piecesOf(exportRemovals(...asked))).join("")).map(([name]) => name);
    expect(await namesOf(scope, "two.")).toEqual(["Name", "two.example.test"]);
    expect(await namesOf(stranger, "")).toEqual(["Name"]);
  });
});
