import { runMigrations } from "graphile-worker";
import { beforeAll, describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { cleanupSkips } from "@/drizzle/schema/cleanup";
import { useTestDatabase } from "@/drizzle/test-database";
import {
  insertCertificate,
  insertCertificates,
  insertDeployment,
  insertRemovals,
  insertRun,
} from "@/drizzle/test-rows";
import { DAY_MS, PAGE_SIZE } from "@/lib/certificates/rules";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { call, makeCaller, walk } from "./test-client";

useTestDatabase();
beforeAll(() => runMigrations({ connectionString: process.env.DATABASE_URL ?? "", schema: JOB_SCHEMA }));

const days = (count: number) => new Date(Date.now() + count * DAY_MS);

describe("deployments", () => {
  test("are noted, listed and taken away again", async () => {
    const { token, accountId } = await makeCaller();
    const { id } = await insertCertificate(accountId);
    const body = { service: "Edge", resource: "a.example.test:443" };
    const made = await call(`POST /certificates/${id}/deployments`, { token, body });
    expect(made.status).toBe(201);
    const list = await call(`GET /certificates/${id}/deployments`, { token });
    expect(list.json).toMatchObject({ next_cursor: null, deployments: [{ ...body, id: made.json.id, note: "" }] });
    const twice = await call(`POST /certificates/${id}/deployments`, { token, body });
    expect([twice.status, twice.json.type]).toEqual([409, "/docs/api#conflict"]);
    const line = made.headers.get("location")?.replace("/api/v1", "DELETE ") ?? "";
    expect((await call(line, { token })).status).toBe(200);
    expect((await call(line, { token })).status).toBe(404);
    expect((await call(`GET /certificates/${id}/deployments`, { token })).json).toEqual({
      deployments: [],
      next_cursor: null,
    });
  });

  test("are walked once by their cursors", async () => {
    const { token, accountId } = await makeCaller({ role: "viewer" });
    const { id } = await insertCertificate(accountId);
    const made: string[] = [];
    for (let index = 0; index < PAGE_SIZE + 3; index += 1) made.push(await insertDeployment(accountId, id));
    const met = await walk(`GET /certificates/${id}/deployments`, { token, list: "deployments" });
    expect(met).toEqual(made);
  });

  test.each([
    {},
    { service: "", resource: "x" },
    { service: "x".repeat(101), resource: "x" },
    { service: "x", resource: "a\nb" },
  ])("%j is refused", async (body) => {
    const { token, accountId } = await makeCaller();
    const { id } = await insertCertificate(accountId);
    expect((await call(`POST /certificates/${id}/deployments`, { token, body })).status).toBe(400);
  });
});

describe("removals", () => {
  test("are walked once by their cursors, newest first, and found by a search", async () => {
    const { token, accountId } = await makeCaller({ role: "viewer" });
    const rows = Array.from({ length: 2 * PAGE_SIZE + 3 }, (_, index) => ({
      name: `gone-${index}.example.test`,
      removedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, index % 7)),
    }));
    const made = await insertRemovals(accountId, rows);
    const met = await walk("GET /removals", { token, list: "removals" });
    expect(met.toSorted()).toEqual(made.map(({ id }) => id).toSorted());
    expect(await walk("GET /removals?q=gone-17.example", { token, list: "removals" })).toEqual([made[17]?.id]);
    const { status, json } = await call(`GET /removals/${made[17]?.id}`, { token });
    expect([status, json]).toMatchObject([200, { name: "gone-17.example.test", removed_by: "remover@example.test" }]);
    expect(json.pem).toMatch(/^-----BEGIN CERTIFICATE-----/);
  });
});

describe("the cleanup", () => {
  const settings = { enabled: true, retention_days: 7, skip_synced: false, daily_at: "03:30", brake_percent: 40 };

  test("has settings that are read, saved, and refused when others were saved meanwhile", async () => {
    const { token } = await makeCaller({ role: "admin" });
    const before = await call("GET /cleanup/settings", { token });
    expect(before.json).toMatchObject({ enabled: false, retention_days: 30, daily_at: "02:00", updated_at: null });
    const saved = await call("PUT /cleanup/settings", { token, body: { ...settings, seen_updated_at: null } });
    expect([saved.status, saved.json]).toMatchObject([200, settings]);
    expect(saved.json.next_run_at).toMatch(/T03:30:00.000Z$/);
    const stale = await call("PUT /cleanup/settings", {
      token,
      body: { ...settings, enabled: false, seen_updated_at: null },
    });
    expect([stale.status, stale.json.type]).toEqual([409, "/docs/api#conflict"]);
    expect(stale.json.detail).toMatch(/^Other settings were saved since “seen_updated_at”/);
    const after = await call("GET /cleanup/settings", { token });
    expect(after.json).toEqual(saved.json);
  });

  test.each([
    { retention_days: 31 },
    { retention_days: "7" },
    { retention_days: 1.5 },
    { daily_at: "24:00" },
    { brake_percent: 9 },
    { enabled: "yes" },
    { seen_updated_at: undefined },
    { surprise: 1 },
  ])("%j is refused, not clamped", async (wrong) => {
    const { token } = await makeCaller({ role: "admin" });
    const body = { ...settings, seen_updated_at: null, ...wrong };
    const { status, json } = await call("PUT /cleanup/settings", { token, body });
    expect([status, json.type]).toEqual([400, "/docs/api#invalid-request"]);
    expect((await call("GET /cleanup/settings", { token })).json.updated_at).toBeNull();
  });

  test("says beforehand what it would do, and changes nothing", async () => {
    const { token, accountId } = await makeCaller({ role: "admin" });
    const old = await insertCertificates(accountId, Array(PAGE_SIZE + 4).fill({ notAfter: days(-40) }));
    const used = await insertCertificate(accountId, { notAfter: days(-40) });
    await insertDeployment(accountId, used.id);
    await insertCertificate(accountId, { notAfter: days(-10) });
    const { json } = await call("GET /cleanup/preview", { token });
    expect(json).toMatchObject({
      retention_days: 30,
      figures: { removable: { count: old.length, is_capped: false }, skipped_deployed: { count: 1 }, held: null },
    });
    const met = await walk("GET /cleanup/preview", { token, list: "certificates" });
    expect(met.toSorted()).toEqual(old.map(({ id }) => id).toSorted());
    expect(await walk("GET /cleanup/preview?outcome=deployed", { token, list: "certificates" })).toEqual([used.id]);
    expect(await walk("GET /cleanup/preview?retention_days=5", { token, list: "certificates" })).toHaveLength(
      old.length + 1,
    );
    const tonight = await call("GET /cleanup/preview?daily_at=02:30&brake_percent=10", { token });
    expect(tonight.json).toMatchObject({ at: expect.stringMatching(/T02:30:00\.000Z$/), figures: { held: null } });
    expect((await call("GET /cleanup/preview?daily_at=24:00", { token })).status).toBe(400);
    expect((await call("GET /cleanup/preview?retention_days=31", { token })).status).toBe(400);
  });

  test("runs are asked for, listed once each, shown and stopped", async () => {
    const { token, accountId } = await makeCaller({ role: "admin" });
    const asked = await call("POST /cleanup/runs", { token });
    expect([asked.status, asked.headers.get("location")]).toEqual([202, `/api/v1/cleanup/runs/${asked.json.id}`]);
    const made: string[] = [];
    for (let index = 0; index < PAGE_SIZE + 3; index += 1) made.push(await insertRun(accountId));
    const running = await insertRun(accountId, { status: "running", startedAt: days(0), finishedAt: null });
    const met = await walk("GET /cleanup/runs", { token, list: "runs" });
    expect(met.toSorted()).toEqual([...made, running].toSorted());
    const stopped = await call(`POST /cleanup/runs/${running}/stop`, { token });
    expect([stopped.status, stopped.json.stop_requested_by]).toEqual([
      202,
      expect.stringMatching(/^deploy \(token of /),
    ]);
    expect((await call(`GET /cleanup/runs/${running}`, { token })).json).toEqual({
      ...stopped.json,
      is_latest: true,
      remaining: { count: 0, is_capped: false },
    });
    const ended = await call(`GET /cleanup/runs/${made[0]}`, { token });
    expect(ended.json).toMatchObject({ is_latest: false, remaining: null });
    expect((await call("POST /cleanup/runs", { token })).json.type).toBe("/docs/api#conflict");
    expect((await call(`POST /cleanup/runs/${made[0]}/stop`, { token })).json.type).toBe("/docs/api#conflict");
  });

  test("a held run is approved once", async () => {
    const { token, accountId } = await makeCaller({ role: "admin" });
    const held = await insertRun(accountId, { status: "held", heldRemovable: 200, heldInventory: 300 });
    await insertCertificate(accountId, { name: "old.example.test", notAfter: days(-400) });
    const foreseen = await call(`GET /cleanup/runs/${held}/foreseen`, { token });
    expect(foreseen.json).toMatchObject({
      figures: { removable: { count: 1, is_capped: false }, held: null },
      certificates: [{ name: "old.example.test" }],
      next_cursor: null,
    });
    const approved = await call(`POST /cleanup/runs/${held}/approve`, { token });
    expect([approved.status, approved.json]).toMatchObject([202, { held: { removable: 200, inventory: 300 } }]);
    expect(approved.json.approved_by).toMatch(/^deploy \(token of /);
    expect((await call(`POST /cleanup/runs/${held}/approve`, { token })).status).toBe(409);
    const ended = await insertRun(accountId);
    expect((await call(`GET /cleanup/runs/${ended}/foreseen`, { token })).json.type).toBe("/docs/api#conflict");
  });

  test("a run that did not end well is acknowledged, once and by one", async () => {
    const { token, accountId } = await makeCaller({ role: "admin" });
    const other = await makeCaller({ role: "admin", accountId });
    const failed = await insertRun(accountId, { status: "failed", error: "the disk was full" });
    expect((await call(`GET /cleanup/runs/${failed}`, { token })).json.acknowledged_by).toBeNull();
    const seen = await call(`POST /cleanup/runs/${failed}/acknowledge`, { token });
    expect([seen.status, seen.json.acknowledged_by]).toEqual([200, expect.stringMatching(/^deploy \(token of /)]);
    const again = await call(`POST /cleanup/runs/${failed}/acknowledge`, { token: other.token });
    expect([again.status, again.json]).toEqual([200, seen.json]);
  });

  test("the certificates of a run are walked once each, by what became of them", async () => {
    const { token, accountId } = await makeCaller({ role: "admin" });
    const runId = await insertRun(accountId);
    const removed = await insertRemovals(accountId, Array(PAGE_SIZE + 3).fill({ runId }));
    const kept = await insertCertificates(accountId, Array(PAGE_SIZE + 2).fill({ name: "kept.example.test" }));
    const skip = { accountId, runId, reason: "deployed" as const, name: "kept.example.test", error: null };
    await database()
      .insert(cleanupSkips)
      .values(kept.map(({ id: certificateId }) => ({ ...skip, certificateId })));
    const line = `GET /cleanup/runs/${runId}/certificates`;
    const ids = (rows: { id: string }[]) => rows.map(({ id }) => id);
    expect(await walk(line, { token, list: "certificates" })).toEqual(ids(removed));
    expect(await walk(`${line}?outcome=deployed`, { token, list: "certificates" })).toEqual(ids(kept));
    expect(await walk(`${line}?outcome=failed`, { token, list: "certificates" })).toEqual([]);
    const { json } = await call(`${line}?outcome=deployed`, { token });
    expect(json.certificates).toContainEqual({
      ...{ id: kept[0]?.id, name: "kept.example.test", error: null, is_in_inventory: true },
    });
    expect((await call(`${line}?outcome=all`, { token })).status).toBe(400);
    expect((await call(`${line}?cursor=x`, { token })).status).toBe(400);
  });
});
