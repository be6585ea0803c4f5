import { expect, test } from "vitest";
import { z } from "zod";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertCertificates, insertDeployment, insertRemovals } from "@/drizzle/test-rows";
import { DAY_MS } from "@/lib/certificates/rules";
import { call, makeCaller } from "./test-client";

useTestDatabase();

const days = (count: number) => new Date(Date.now() + count * DAY_MS);
const count = (number: number) => ({ count: number, is_capped: false });

test("the figures count every status, whatever status was asked for, and what may be deleted of it", async () => {
  const { token, accountId } = await makeCaller({ role: "viewer" });
  expect((await call("GET /certificates/summary", { token })).json).toMatchObject({ total: count(0), is_empty: true });
  await insertCertificates(accountId, [{ notAfter: days(-3) }, { notAfter: days(-4) }, { notAfter: days(9) }]);
  const { id } = await insertCertificate(accountId, { notAfter: days(-5), name: "used" });
  await insertDeployment(accountId, id);
  const { json } = await call("GET /certificates/summary?status=expired", { token });
  expect(json).toEqual({
    total: count(3),
    may_be_deleted: count(2),
    by_status: {
      ...{ valid: count(0), expiring: count(1), expired: count(3), revoked: count(0), not_yet_valid: count(0) },
    },
    is_empty: false,
  });
  const found = await call("GET /certificates/summary?q=used", { token });
  expect(found.json).toMatchObject({ total: count(1), may_be_deleted: count(0) });
});

test("the months of expiry hold every certificate once, and the list takes them as a filter", async () => {
  const { token, accountId } = await makeCaller({ role: "viewer" });
  const made = [-900, -20, 5, 40, 40, 4_000].map((ahead) => ({ notBefore: days(-1_000), notAfter: days(ahead) }));
  await insertCertificates(accountId, made);
  const { json } = await call("GET /certificates/timeline", { token });
  const months = z
    .array(z.object({ expires: z.string(), statuses: z.array(z.object({ status: z.string(), count: z.number() })) }))
    .parse(json.months);
  const total = months.flatMap(({ statuses }) => statuses).reduce((sum, { count: some }) => sum + some, 0);
  expect(total).toBe(made.length);
  for (const { expires, statuses } of months) {
    const { json: page } = await call(`GET /certificates?expires=${expires}`, { token });
    const inMonth = statuses.reduce((sum, { count: some }) => sum + some, 0);
    expect(page.certificates, expires).toHaveLength(inMonth);
  }
});

test.each(["summary?q=", "summary?status=x", "timeline?expires=2026-01", "export?cursor=x", "export?sort=size"])(
  "%s is refused",
  async (line) => {
    const { token } = await makeCaller();
    const { status, json } = await call(`GET /certificates/${line}`, { token });
    expect([status, json.type]).toEqual([400, "/docs/api#invalid-request"]);
  },
);

test("an export is a file in CSV with all that the filter lets through, in its order", async () => {
  const { token, accountId } = await makeCaller({ role: "viewer" });
  const rows = Array.from({ length: 450 }, (_, index) => ({ name: `n-${String(index).padStart(3, "0")}` }));
  await insertCertificates(accountId, rows);
  const { status, headers, text } = await call("GET /certificates/export?sort=-name&q=n-", { token });
  expect([status, headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8; header=present"]);
  expect(headers.get("content-disposition")).toMatch(/^attachment; filename="certificates-\d{4}-\d\d-\d\d\.csv"$/);
  expect(headers.get("ratelimit")).toMatch(/^"default";r=1199/);
  expect([headers.get("cache-control"), headers.get("x-request-id")]).toEqual(["no-store", expect.any(String)]);
  const lines = text.trimEnd().split("\r\n");
  expect(lines[0]).toMatch(/^"Name","Fingerprint/);
  const names = lines.slice(1).map((line) => /^"([^"]+)"/.exec(line)?.[1]);
  expect(names).toEqual(rows.map(({ name }) => name).toReversed());
  const found = await call("GET /certificates/export?q=n-017", { token });
  expect(found.text.trimEnd().split("\r\n")).toHaveLength(2);
});

test("the removals are exported likewise", async () => {
  const { token, accountId } = await makeCaller({ role: "viewer" });
  await insertRemovals(accountId, Array(230).fill({ name: "gone.example.test" }));
  const { headers, text } = await call("GET /removals/export", { token });
  expect(headers.get("content-disposition")).toContain("removals-");
  expect(text.trimEnd().split("\r\n")).toHaveLength(231);
  expect((await call("GET /removals/summary", { token })).json).toEqual({ total: count(230) });
  expect((await call("GET /removals/summary?q=nothing", { token })).json).toEqual({ total: count(0) });
  expect((await call("GET /removals/export?q=nothing", { token })).text.trimEnd().split("\r\n")).toHaveLength(1);
});
