import { sql } from "drizzle-orm";
import { afterEach, expect, test, vi } from "vitest";
import { database } from "@/drizzle/client";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate } from "@/drizzle/test-rows";
import { log } from "@/lib/log";
import { call, makeCaller } from "./test-client";

useTestDatabase();
afterEach(async () => {
  vi.restoreAllMocks();
  await database().execute(sql`drop trigger if exists broken on deployments`);
});

/** Has every note of a deployment fail as PostgreSQL says with this SQLSTATE. */
async function breakDeployments(state: string): Promise<void> {
  await database().execute(
    sql.raw(`create or replace function broken() returns trigger language plpgsql as
      $$ begin raise exception 'a page is torn' using errcode = '${state}'; end $$`),
  );
  await database().execute(
    sql`create trigger broken before insert on deployments for each row execute function broken()`,
  );
}

/** What was logged as an error while `work` ran, and what it answered. */
async function logged<Value>(work: () => Promise<Value>): Promise<{ value: Value; lines: unknown[][] }> {
  const lines: unknown[][] = [];
  vi.spyOn(log, "error").mockImplementation((...told: unknown[]) => {
    lines.push(told);
  });
  return { value: await work(), lines };
}

test.each([
  ["XX001", 500, "internal", "unforeseen failure"],
  ["57P01", 503, "unavailable", "the database does not answer"],
])("of a failure %s the log knows the id that the answer tells", async (state, status, name, words) => {
  const { token, accountId } = await makeCaller();
  const { id } = await insertCertificate(accountId);
  await breakDeployments(state);
  const body = { service: "Edge", resource: "a:443" };
  const headers = { "idempotency-key": "one" };
  const { value, lines } = await logged(() => call(`POST /certificates/${id}/deployments`, { token, body, headers }));
  expect([value.status, value.json.type]).toEqual([status, `/docs/api#${name}`]);
  expect(value.text).not.toContain("torn");
  expect(value.headers.get("retry-after")).toBe(status === 503 ? "5" : null);
  expect(lines).toEqual([[{ err: expect.any(Error), requestId: value.json.request_id }, words]]);
  expect(value.headers.get("x-request-id")).toBe(value.json.request_id);
  await database().execute(sql`drop trigger broken on deployments`);
  const again = await call(`POST /certificates/${id}/deployments`, { token, body, headers });
  expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, null]);
});

test("the id that the proxy gave the request is the one that is told and logged", async () => {
  const { token, accountId } = await makeCaller();
  const { id } = await insertCertificate(accountId);
  await breakDeployments("XX001");
  const sent = { token, body: { service: "Edge", resource: "a:443" }, headers: { "x-request-id": "from-the-proxy" } };
  const { value, lines } = await logged(() => call(`POST /certificates/${id}/deployments`, sent));
  expect([value.json.request_id, value.json.detail]).toEqual([
    "from-the-proxy",
    expect.stringContaining("from-the-proxy"),
  ]);
  expect(lines[0]?.[0]).toMatchObject({ requestId: "from-the-proxy" });
});
