import { runMigrations } from "graphile-worker";
import { beforeAll, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertIssuer, insertOrder } from "@/drizzle/test-issuing";
import { TEST_NOW } from "@/drizzle/test-rows";
import { newId } from "@/lib/ids";
import { createPrivateIssuer } from "@/lib/issuers/authorities";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { makeKey } from "@/lib/pki/keys";
import { makeRequest } from "@/lib/pki/requests";
import { call, makeCaller, walk } from "./test-client";

useTestDatabase();
beforeAll(() => runMigrations({ connectionString: process.env.DATABASE_URL ?? "", schema: JOB_SCHEMA }));

const CA = {
  ...{
    name: "Example internal",
    organisation: "",
    keyAlgorithm: "ec_p256" as const,
    rootYears: 20,
    intermediateYears: 10,
  },
  ...{ maxDays: 30, permitted: ["corp.test"], excluded: [], renewAutomatically: true },
};

async function makeIssuing() {
  const caller = await makeCaller();
  const { issuerId } = await createPrivateIssuer(caller.scope, CA, new Date());
  return { ...caller, issuerId };
}

test("a program sees the issuers and their authorities, and no secret", async () => {
  const { token, issuerId } = await makeIssuing();
  const { json } = await call("GET /issuers", { token });
  expect(json.issuers).toMatchObject([{ id: issuerId, kind: "private_ca", max_days: 30, retired_at: null }]);
  const one = await call(`GET /issuers/${issuerId}`, { token });
  expect(one.json).toMatchObject({
    name: "Example internal",
    authorities: [
      { role: "root", is_signing: false, has_key: true },
      { role: "intermediate", is_signing: true, crl: { number: 1 } },
    ],
  });
  expect(one.text).not.toMatch(/box|key_id|PRIVATE/);
});

test("a program has a certificate issued for a key that is made here, and for a CSR", async () => {
  const { token, issuerId } = await makeIssuing();
  const body = { issuer_id: issuerId, names: ["www.corp.test"], days: 10 };
  const made = await call("POST /orders", { token, body });
  expect([made.status, made.headers.get("location")]).toEqual([201, `/api/v1/orders/${made.json.id}`]);
  expect(made.json).toMatchObject({ state: "issued", names: ["www.corp.test"], key_algorithm: "ec_p256", days: 10 });
  const certificate = await call(`GET /certificates/${made.json.certificate_id}`, { token });
  expect(certificate.json).toMatchObject({ name: "www.corp.test", source: "issued", has_private_key: true });

  const { privateKeyPem } = await makeKey("rsa_2048");
  const { pem } = makeRequest({ privateKeyPem, names: ["api.corp.test"], commonName: null });
  const brought = await call("POST /orders", { token, body: { issuer_id: issuerId, csr: pem } });
  expect(brought.json).toMatchObject({ state: "issued", names: ["api.corp.test"], key_algorithm: null });
  const other = await call(`GET /certificates/${brought.json.certificate_id}`, { token });
  expect(other.json).toMatchObject({ source: "issued", has_private_key: false });
  expect((await call(`GET /orders/${made.json.id}`, { token })).json).toEqual(made.json);
  expect(await walk("GET /orders", { token, list: "orders" })).toEqual([brought.json.id, made.json.id]);
  expect(await walk("GET /orders?show=failed", { token, list: "orders" })).toEqual([]);
});

test("what may not be ordered is refused at its field, and leaves no order", async () => {
  const { token, issuerId } = await makeIssuing();
  const good = { issuer_id: issuerId, names: ["www.corp.test"] };
  for (const [field, body] of [
    ["names", { ...good, names: ["www.elsewhere.test"] }],
    ["names", { ...good, names: ["not a name"] }],
    ["days", { ...good, days: 31 }],
    ["challenge", { ...good, challenge: "http-01" }],
    ["csr", { issuer_id: issuerId, csr: "no request" }],
    ["issuer_id", { ...good, issuer_id: newId() }],
  ] as const) {
    const { status, json } = await call("POST /orders", { token, body });
    expect([status, json.type], field).toEqual([422, "/docs/api#order-refused"]);
    expect(json.fields).toEqual({ [field]: json.detail });
  }
  for (const body of [
    { issuer_id: issuerId },
    { ...good, csr: "x" },
    { issuer_id: issuerId, csr: "x", key: "ec_p256" },
    { ...good, key: "dsa" },
    { ...good, days: 0 },
    { ...good, issuer_id: "x" },
  ]) {
    const { status, json } = await call("POST /orders", { token, body });
    expect([status, json.type], JSON.stringify(body)).toEqual([400, "/docs/api#invalid-request"]);
  }
  expect((await call("GET /orders", { token })).json).toMatchObject({ orders: [] });
});

test("an order of an ACME server goes on, is canceled and tried again", async () => {
  const { token, accountId } = await makeCaller();
  const issuerId = await insertIssuer(accountId);
  const placed = await call("POST /orders", { token, body: { issuer_id: issuerId, names: ["www.example.test"] } });
  expect([placed.status, placed.json.state, placed.json.challenge]).toEqual([202, "queued", "http-01"]);
  const canceled = await call(`POST /orders/${placed.json.id}/cancel`, { token });
  expect([canceled.status, canceled.json.state]).toEqual([200, "canceled"]);
  const again = await call(`POST /orders/${placed.json.id}/cancel`, { token });
  expect([again.status, again.json.type]).toEqual([409, "/docs/api#conflict"]);
  const failed = await insertOrder(accountId, issuerId, { state: "failed", problem: "No.", endedAt: TEST_NOW });
  const retried = await call(`POST /orders/${failed}/retry`, { token });
  expect([retried.status, retried.json.state, retried.json.problem]).toEqual([202, "queued", null]);
  const waiting = await insertOrder(accountId, issuerId);
  const checked = await call(`POST /orders/${waiting}/check`, { token });
  expect([checked.status, checked.json.state]).toEqual([202, "validating"]);
});
