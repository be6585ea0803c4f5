import { KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertCertificates, insertDeployment, insertSync } from "@/drizzle/test-rows";
import { generateCertificate } from "@/lib/certificates/generate";
import { DAY_MS, PAGE_SIZE } from "@/lib/certificates/rules";
import { newId } from "@/lib/ids";
import { call, makeCaller } from "./test-client";

useTestDatabase();

const days = (count: number) => new Date(Date.now() + count * DAY_MS);
const page = z.object({
  certificates: z.array(z.object({ id: z.string(), name: z.string(), status: z.string() })),
  next_cursor: z.string().nullable(),
});

async function makePem() {
  const made = await generateCertificate({ subjectCommonName: "api.test", notBefore: days(-1), notAfter: days(60) });
  const key = KeyObject.from(made.privateKey).export({ type: "pkcs8", format: "pem" }).toString();
  return { pem: made.pem, key };
}

describe("the list", () => {
  test.each(["expiry", "-expiry", "name", "-name", "added", "-added"])(
    "in the order %s is walked once by its cursors, also where rows go meanwhile",
    async (sort) => {
      const { token, accountId } = await makeCaller();
      const rows = Array.from({ length: 2 * PAGE_SIZE + 7 }, (_, index) => ({
        name: `row-${index % 9}`,
        notAfter: days(index % 5),
      }));
      const made = await insertCertificates(accountId, rows);
      const met: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const { status, json } = await call(`GET /certificates?sort=${sort}${cursor}`, { token });
        expect(status).toBe(200);
        const read = page.parse(json);
        met.push(...read.certificates.map(({ id }) => id));
        for (const { id } of read.certificates) await call(`DELETE /certificates/${id}`, { token });
        cursor = read.next_cursor === null ? null : `&cursor=${read.next_cursor}`;
      }
      expect(met.toSorted()).toEqual(made.map(({ id }) => id).toSorted());
    },
  );

  test("is empty behind a cursor with nothing left behind it", async () => {
    const { token, accountId } = await makeCaller();
    const made = await insertCertificates(accountId, Array(PAGE_SIZE + 1).fill({}));
    const { next_cursor: cursor } = page.parse((await call("GET /certificates?sort=added", { token })).json);
    await call(`DELETE /certificates/${made.at(-1)?.id}`, { token });
    const rest = await call(`GET /certificates?sort=added&cursor=${cursor}`, { token });
    expect(rest.json).toEqual({ certificates: [], next_cursor: null });
  });

  test("has what the filter lets through, and of no other account", async () => {
    const { token, accountId } = await makeCaller();
    const other = await makeCaller();
    await insertCertificate(other.accountId, { name: "shop.example.test", notAfter: days(-3) });
    const expired = await insertCertificate(accountId, { name: "shop.example.test", notAfter: days(-3) });
    const used = await insertCertificate(accountId, { name: "mail.example.test", notAfter: days(-400) });
    await insertDeployment(accountId, used.id, { service: "Relay", resource: "mx:25" });
    const ids = async (query: string) =>
      page.parse((await call(`GET /certificates?${query}`, { token })).json).certificates.map(({ id }) => id);
    expect(await ids("status=expired")).toEqual([used.id, expired.id]);
    expect(await ids("status=valid")).toEqual([]);
    expect(await ids("q=SHOP")).toEqual([expired.id]);
    expect(await ids("may_be_deleted=true")).toEqual([expired.id]);
    expect(await ids("use=any")).toEqual([used.id]);
    expect(await ids("use=none&status=expired")).toEqual([expired.id]);
    expect(await ids("use=serving")).toEqual([]);
    expect(await ids(`expires=..${days(-200).toISOString().slice(0, 7)}`)).toEqual([used.id]);
    const { json } = await call("GET /certificates?q=mail", { token });
    expect(json.certificates).toMatchObject([
      {
        may_be_deleted: false,
        deployed_at: { names: ["Relay mx:25"], total: 1 },
        uses: [{ use: "noted", count: 1 }],
        blockers: [{ blocker: "deployed", sentence: "In use by Relay mx:25." }],
      },
    ]);
  });

  test.each([
    "status=gone",
    "q=",
    "q=%00",
    `q=${"x".repeat(201)}`,
    "may_be_deleted=yes",
    "use=yes",
    "expires=May",
    "sort=size",
    "cursor=",
    "cursor=abc",
  ])("refuses %s", async (query) => {
    const { token } = await makeCaller();
    const { status, json } = await call(`GET /certificates?${query}`, { token });
    expect([status, json.type]).toEqual([400, "/docs/api#invalid-request"]);
    expect(json.fields).toHaveProperty(query.split("=")[0] ?? "");
  });
});

describe("an upload", () => {
  test("adds a certificate with its key once, and never gives the key out", async () => {
    const { token } = await makeCaller();
    const { pem, key } = await makePem();
    const body = { certificate: pem, private_key: key, name: "Mine" };
    const first = await call("POST /certificates", { token, body });
    expect([first.status, first.json]).toEqual([201, { outcome: "created", id: expect.any(String), name: "Mine" }]);
    expect(first.headers.get("location")).toBe(`/api/v1/certificates/${first.json.id}`);
    const again = await call("POST /certificates", { token, body });
    expect([again.status, again.json]).toEqual([200, { ...first.json, outcome: "exists" }]);
    const shown = await call(`GET /certificates/${first.json.id}`, { token });
    expect(shown.json).toMatchObject({
      pem: pem.trim(),
      chain: [],
      has_private_key: true,
      added_by: expect.any(String),
    });
    expect(shown.text).not.toContain("PRIVATE KEY");
  });

  test("that cannot be taken says which part is to blame", async () => {
    const { token } = await makeCaller();
    const [one, two] = [await makePem(), await makePem()];
    for (const [body, field] of [
      [{ certificate: "nonsense" }, "certificate"],
      [{ certificate: one.key }, "certificate"],
      [{ certificate: one.pem, private_key: two.key }, "private_key"],
      [{ certificate: one.pem, name: "a\u0007" }, "name"],
    ] as const) {
      const { status, json } = await call("POST /certificates", { token, body });
      expect([status, json.type, Object.keys(json.fields ?? {})]).toEqual([
        422,
        "/docs/api#certificate-refused",
        [field],
      ]);
    }
    expect((await call("GET /certificates", { token })).json.certificates).toEqual([]);
  });
});

describe("a deletion", () => {
  test("leaves its record, and done again says who did it", async () => {
    const { token, accountId } = await makeCaller();
    const { id } = await insertCertificate(accountId, { name: "old.example.test", notAfter: days(-40) });
    const first = await call(`DELETE /certificates/${id}`, { token, body: {} });
    expect([first.status, first.json]).toMatchObject([
      200,
      { outcome: "removed", removal_id: id, name: "old.example.test" },
    ]);
    expect(first.json.removed_by).toMatch(/^deploy \(token of /);
    const again = await call(`DELETE /certificates/${id}`, { token });
    expect([again.status, again.json]).toEqual([200, { ...first.json, outcome: "gone" }]);
    expect((await call(`GET /certificates/${id}`, { token })).status).toBe(404);
  });

  test("that is blocked names every blocker, and changes nothing", async () => {
    const { token, accountId } = await makeCaller();
    const { id } = await insertCertificate(accountId, { source: "issued", notAfter: days(50), name: "a.test" });
    await insertDeployment(accountId, id, { service: "Edge", resource: "a:443" });
    await insertSync(accountId, id, { destination: "ACM" });
    const { status, json } = await call(`DELETE /certificates/${id}`, { token });
    expect([status, json.type]).toEqual([409, "/docs/api#still-valid"]);
    expect(json.blockers).toEqual([
      { blocker: "still_valid", sentence: expect.stringMatching(/^Revoke it first/) },
      { blocker: "deployed", sentence: "In use by Edge a:443." },
      { blocker: "synced", sentence: "Synced to ACM. Remove the sync first." },
    ]);
    const shown = await call(`GET /certificates/${id}`, { token });
    expect([shown.status, shown.json.blockers, shown.json.may_be_deleted]).toEqual([200, json.blockers, false]);
  });
});

test.each(["GET", "DELETE"])(
  "%s of another account's certificate is answered as of one that is not there",
  async (method) => {
    const { token } = await makeCaller({ role: "admin" });
    const other = await makeCaller();
    const { id } = await insertCertificate(other.accountId, { notAfter: days(-40) });
    const headers = { "x-request-id": "the-same-for-both" };
    const foreign = await call(`${method} /certificates/${id}`, { token, headers });
    const unknown = await call(`${method} /certificates/${newId()}`, { token, headers });
    expect(foreign.status).toBe(404);
    expect(foreign.text).toBe(unknown.text);
    expect((await call(`GET /certificates/${id}`, { token: other.token })).status).toBe(200);
  },
);
