import { runMigrations } from "graphile-worker";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import {
  allowDeletion,
  insertCertificate,
  insertCertificates,
  insertDeployment,
  insertSync,
  refuseDeletionOf,
} from "@/drizzle/test-rows";
import { DAY_MS, PAGE_SIZE } from "@/lib/certificates/rules";
import { newId } from "@/lib/ids";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { BULK_AT_ONCE } from "@/lib/removal/rules";
import { call, makeCaller, walk } from "./test-client";

useTestDatabase();
beforeAll(() => runMigrations({ connectionString: process.env.DATABASE_URL ?? "", schema: JOB_SCHEMA }));
afterEach(allowDeletion);

const days = (count: number) => new Date(Date.now() + count * DAY_MS);
const old = { notBefore: days(-400), notAfter: days(-40) };

/** Three that may go, of which one is still valid, and one for each blocker. */
async function insertMixed(accountId: string) {
  const [live] = await insertCertificates(accountId, [{ name: "live", notAfter: days(60) }]);
  const gone = await insertCertificates(accountId, [old, old]);
  const issued = await insertCertificate(accountId, { source: "issued", notAfter: days(60) });
  const deployed = await insertCertificate(accountId, old);
  await insertDeployment(accountId, deployed.id);
  const synced = await insertCertificate(accountId, old);
  await insertSync(accountId, synced.id);
  const ids = [live, ...gone, issued, deployed, synced].flatMap((row) => row?.id ?? []);
  return { ids, removable: [live, ...gone].flatMap((row) => row?.id ?? []), issued, deployed, synced };
}

describe("what cannot go", () => {
  test.each(["ids", "filter", "all"])("is told by reason before anything goes, for %s", async (kind) => {
    const { token, accountId } = await makeCaller();
    const { ids } = await insertMixed(accountId);
    const bodies: Record<string, object> = {
      ids: { ids: [...ids, newId()] },
      filter: { filter: { q: "live" } },
      all: { all: true },
    };
    const { status, json } = await call("POST /bulk-deletions/preview", { token, body: bodies[kind] });
    expect(status).toBe(200);
    const everything = {
      total: 6,
      removable: 3,
      removable_still_valid: 1,
      blocked: { still_valid: 1, deployed: 1, synced: 1 },
      missing: kind === "ids" ? 1 : 0,
    };
    const none = { still_valid: 0, deployed: 0, synced: 0 };
    const live = { total: 1, removable: 1, removable_still_valid: 1, blocked: none, missing: 0 };
    expect(json).toEqual(kind === "filter" ? live : everything);
    expect((await call("GET /certificates/summary", { token })).json).toMatchObject({ total: { count: 6 } });
    expect((await call("GET /bulk-deletions", { token })).json).toEqual({ bulk_deletions: [], next_cursor: null });
  });

  test("stays, and stands in the lists of the bulk deletion by its reason", async () => {
    const { token, accountId } = await makeCaller();
    const { ids, removable, issued, deployed, synced } = await insertMixed(accountId);
    const done = await call("POST /bulk-deletions", { token, body: { ids } });
    expect([done.status, done.json]).toMatchObject([
      201,
      {
        status: "succeeded",
        selection: { kind: "ids", filter: null },
        requested_by: expect.stringMatching(/^deploy \(token of /),
        total: 6,
        removed: 3,
        skipped: { still_valid: 1, deployed: 1, synced: 1, gone: 0 },
        failed: 0,
      },
    ]);
    expect(done.headers.get("location")).toBe(`/api/v1/bulk-deletions/${done.json.id}`);
    expect((await call(`GET /bulk-deletions/${done.json.id}`, { token })).json).toEqual(done.json);
    const listed = (outcome: string) =>
      walk(`GET /bulk-deletions/${done.json.id}/certificates?outcome=${outcome}`, { token, list: "certificates" });
    expect((await listed("removed")).toSorted()).toEqual(removable.toSorted());
    expect(await listed("still_valid")).toEqual([issued.id]);
    expect(await listed("deployed")).toEqual([deployed.id]);
    expect(await listed("synced")).toEqual([synced.id]);
    const { json: record } = await call(`GET /removals/${removable[0]}`, { token });
    expect(record).toMatchObject({ bulk_deletion_id: done.json.id, actor: "token" });
  });
});

describe("a bulk deletion", () => {
  test("asked for twice with one key is carried out once", async () => {
    const { token, accountId } = await makeCaller();
    await insertCertificates(accountId, [old, old]);
    const sent = { token, body: { filter: { status: "expired" } }, headers: { "idempotency-key": "nightly" } };
    const first = await call("POST /bulk-deletions", sent);
    const again = await call("POST /bulk-deletions", sent);
    expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const lists = await walk("GET /bulk-deletions", { token, list: "bulk_deletions" });
    expect(lists).toEqual([first.json.id]);
    expect(first.json.selection).toEqual({ kind: "filter", filter: { status: "expired" } });
  });

  test("of many goes on behind the answer, and can be stopped", async () => {
    const { token, accountId } = await makeCaller();
    await insertCertificates(accountId, Array(BULK_AT_ONCE + 1).fill(old));
    const asked = await call("POST /bulk-deletions", { token, body: { all: true } });
    expect([asked.status, asked.json]).toMatchObject([
      202,
      { status: "queued", selection: { kind: "all", filter: null }, finished_at: null, removed: 0 },
    ]);
    const stopped = await call(`POST /bulk-deletions/${asked.json.id}/stop`, { token });
    expect([stopped.status, stopped.json.stop_requested_by]).toEqual([202, asked.json.requested_by]);
    const retried = await call(`POST /bulk-deletions/${asked.json.id}/retry`, { token });
    expect([retried.status, retried.json.type]).toEqual([409, "/docs/api#conflict"]);
  });

  test("tries what failed again, and nothing else", async () => {
    const { token, accountId } = await makeCaller();
    await insertCertificates(accountId, [old, { ...old, name: "held" }]);
    await refuseDeletionOf("held");
    const first = await call("POST /bulk-deletions", { token, body: { all: true } });
    expect(first.json).toMatchObject({ status: "succeeded_with_errors", removed: 1, failed: 1 });
    const failed = await call(`GET /bulk-deletions/${first.json.id}/certificates?outcome=failed`, { token });
    expect(failed.json.certificates).toMatchObject([{ name: "held", error: "held by the archive" }]);
    await allowDeletion();
    await insertCertificate(accountId, { ...old, name: "new" });
    const again = await call(`POST /bulk-deletions/${first.json.id}/retry`, { token });
    expect([again.status, again.json]).toMatchObject([
      201,
      { retry_of: first.json.id, selection: { kind: "retry" }, total: 1, removed: 1 },
    ]);
    expect((await call(`POST /bulk-deletions/${again.json.id}/retry`, { token })).status).toBe(409);
    expect((await call(`POST /bulk-deletions/${again.json.id}/stop`, { token })).status).toBe(409);
  });

  test("of nothing that is there is refused", async () => {
    const { token } = await makeCaller();
    for (const body of [{ ids: [newId()] }, { filter: { status: "expired" } }, { all: true }]) {
      const { json } = await call("POST /bulk-deletions", { token, body });
      expect([json.type, json.detail]).toEqual([
        "/docs/api#not-found",
        "Nothing in the inventory is what you selected.",
      ]);
    }
  });

  test.each([
    {},
    { filter: {} },
    { all: false },
    { ids: [] },
    { ids: ["x"] },
    { ids: Array.from({ length: 1_001 }, newId) },
    { ids: [newId()], all: true },
    { filter: { status: "gone" } },
    { filter: { q: " " } },
    { filter: { expires: "May" } },
    { filter: { may_be_deleted: false } },
    { filter: { use: "yes" } },
    { filter: { status: "expired", surprise: 1 } },
  ])("of %j is refused, and deletes nothing", async (body) => {
    const { token, accountId } = await makeCaller();
    await insertCertificates(accountId, [old]);
    for (const line of ["POST /bulk-deletions", "POST /bulk-deletions/preview"]) {
      const { status, json } = await call(line, { token, body });
      expect([status, json.type]).toEqual([400, "/docs/api#invalid-request"]);
    }
    expect((await call("GET /certificates/summary", { token })).json).toMatchObject({ total: { count: 1 } });
  });

  test("is one of a list that is walked by its cursors", async () => {
    const { token, accountId } = await makeCaller();
    const made: unknown[] = [];
    for (let index = 0; index < PAGE_SIZE + 2; index += 1) {
      const { id } = await insertCertificate(accountId, old);
      made.unshift((await call("POST /bulk-deletions", { token, body: { ids: [id] } })).json.id);
    }
    const { token: viewer } = await makeCaller({ role: "viewer", accountId });
    expect(await walk("GET /bulk-deletions", { token: viewer, list: "bulk_deletions" })).toEqual(made);
  });
});
