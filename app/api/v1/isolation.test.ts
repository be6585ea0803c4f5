import { runMigrations } from "graphile-worker";
import { beforeAll, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertIssuer, insertOrder } from "@/drizzle/test-issuing";
import { insertCertificate, insertDeployment, insertRemovals, insertRun, insertSync } from "@/drizzle/test-rows";
import { newId } from "@/lib/ids";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { call, makeCaller } from "./test-client";

useTestDatabase();
beforeAll(() => runMigrations({ connectionString: process.env.DATABASE_URL ?? "", schema: JOB_SCHEMA }));

test("ids of another account are answered byte for byte as ids of nothing", async () => {
  const { token } = await makeCaller({ role: "admin" });
  const { accountId } = await makeCaller();
  const name = "theirs.example.test";
  const { id } = await insertCertificate(accountId, { name });
  const deployment = await insertDeployment(accountId, id);
  const sync = await insertSync(accountId, id);
  const [removal] = await insertRemovals(accountId, [{}]);
  const issuer = await insertIssuer(accountId);
  const order = await insertOrder(accountId, issuer);
  const running = await insertRun(accountId, { status: "running", finishedAt: null });
  const held = await insertRun(accountId, { status: "held", heldRemovable: 2, heldInventory: 3 });
  const theirs = await makeCaller({ accountId });
  const bulk = (await call("POST /bulk-deletions", { token: theirs.token, body: { ids: [id] } })).json.id;
  const body = { service: "Edge", resource: "a:443" };
  const headers = { "x-request-id": "the-same-for-both" };
  for (const [line, sent] of [
    [`PUT /certificates/${id}/private-key`, { body: { private_key: "x" } }],
    [`GET /certificates/${id}/history`, {}],
    [`POST /certificates/${id}/renew`, {}],
    [`POST /certificates/${id}/revoke`, {}],
    [`POST /certificates/${id}/revoke/retry`, {}],
    [`GET /certificates/${id}/syncs`, {}],
    [`POST /certificates/${id}/syncs`, { body: { destination_id: newId() } }],
    [`DELETE /certificates/${id}/syncs/${sync}?copy=leave`, {}],
    [`POST /certificates/${id}/syncs/${sync}/push`, {}],
    [`POST /certificates/${id}/syncs/${sync}/check`, {}],
    [`GET /certificates/${id}/deployments`, {}],
    [`POST /certificates/${id}/deployments`, { body }],
    [`DELETE /certificates/${id}/deployments/${deployment}`, {}],
    [`POST /certificates/${id}/endpoints`, { body: { host: "192.0.2.1", port: 443 } }],
    [`POST /certificates/${id}/check`, {}],
    [`POST /certificates/${id}/revocation-check`, {}],
    [`GET /removals/${removal?.id}`, {}],
    [`GET /issuers/${issuer}`, {}],
    [`GET /orders/${order}`, {}],
    [`POST /orders/${order}/cancel`, {}],
    [`POST /orders/${order}/retry`, {}],
    [`POST /orders/${order}/check`, {}],
    [`GET /cleanup/runs/${running}`, {}],
    [`POST /cleanup/runs/${running}/stop`, {}],
    [`POST /cleanup/runs/${held}/approve`, {}],
    [`POST /cleanup/runs/${held}/acknowledge`, {}],
    [`GET /cleanup/runs/${held}/foreseen`, {}],
    [`GET /cleanup/runs/${held}/certificates`, {}],
    [`GET /bulk-deletions/${bulk}`, {}],
    [`GET /bulk-deletions/${bulk}/certificates?outcome=deployed`, {}],
    [`POST /bulk-deletions/${bulk}/stop`, {}],
    [`POST /bulk-deletions/${bulk}/retry`, {}],
    ["POST /bulk-deletions", { body: { ids: [id] } }],
  ] as const) {
    const foreign = await call(line, { token, headers, ...sent });
    const strange = (text: string) => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, () => newId());
    const unknown = await call(strange(line), { token, headers, ...JSON.parse(strange(JSON.stringify(sent))) });
    expect([foreign.status, foreign.text], line).toEqual([404, unknown.text]);
  }
  for (const line of [
    "GET /certificates",
    "GET /certificates/export",
    "GET /removals",
    "GET /removals/export",
    "GET /bulk-deletions",
    "GET /cleanup/runs",
    "GET /cleanup/preview",
    "GET /destinations",
    "GET /issuers",
    "GET /orders",
  ]) {
    const { status, text } = await call(line, { token });
    expect(status).toBe(200);
    for (const foreign of [id, removal?.id, running, held, bulk, issuer, order, name])
      expect(text).not.toContain(foreign);
  }
  const { json } = await call("GET /certificates/summary", { token });
  expect(json).toMatchObject({ total: { count: 0 }, is_empty: true });
  const wish = { names: ["www.example.test"] };
  const ordered = async (issuer_id: string) => {
    const { status, text } = await call("POST /orders", { token, headers, body: { ...wish, issuer_id } });
    return [status, text];
  };
  expect(await ordered(issuer)).toEqual(await ordered(newId()));
  const preview = await call("POST /bulk-deletions/preview", { token, body: { ids: [id] } });
  expect(preview.json).toMatchObject({ total: 0, missing: 1 });
});
