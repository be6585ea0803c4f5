import { eq } from "drizzle-orm";
import { runMigrations } from "graphile-worker";
import { beforeAll, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { issuers } from "@/drizzle/schema/issuers";
import { issuances } from "@/drizzle/schema/orders";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate } from "@/drizzle/test-rows";
import { insertPrivateIssuer, issueLeaf } from "@/e2e/private-ca";
import { newId } from "@/lib/ids";
import { call, makeCaller } from "./test-client";

useTestDatabase();

beforeAll(async () => {
  await runMigrations({ connectionString: process.env.DATABASE_URL ?? "" });
});

async function issue() {
  const caller = await makeCaller();
  const { issuerId } = await insertPrivateIssuer(caller.scope, {}, new Date());
  const { certificateId: id } = await issueLeaf(caller.scope, { issuerId }, new Date());
  return { ...caller, id, issuerId };
}

const problem = (name: string) => `/docs/api#${name}`;

test("a private CA's certificate is revoked in the call, and says so from then on", async () => {
  const { token, id } = await issue();
  const before = await call(`GET /certificates/${id}`, { token });
  expect(before.json).toMatchObject({ status: "valid", revocation_pending: false, revoked_at: null });
  expect(before.json.actions).toEqual(["details", "download", "renew", "revoke"]);
  const wrong = await call(`POST /certificates/${id}/revoke`, { token, body: { reason: "boredom" } });
  expect([wrong.status, wrong.json.fields]).toEqual([400, { reason: "Choose a reason." }]);
  const { status, json } = await call(`POST /certificates/${id}/revoke`, { token, body: { reason: "superseded" } });
  expect([status, json]).toEqual([200, { outcome: "revoked", name: "a.example", detail: null }]);
  const after = await call("GET /certificates", { token });
  expect(after.json.certificates).toMatchObject([
    { status: "revoked", revocation_pending: false, actions: ["details", "download", "delete"], may_be_deleted: true },
  ]);
  const again = await call(`POST /certificates/${id}/revoke`, { token });
  expect([again.status, again.json.type]).toEqual([409, problem("not-revocable")]);
  expect((await call(`POST /certificates/${id}/revoke/retry`, { token })).json.outcome).toBe("revoked");
  const renewal = await call(`POST /certificates/${id}/renew`, { token });
  expect([renewal.status, renewal.json.type]).toEqual([422, problem("order-refused")]);
});

test("one whose CA cannot be asked is pending, with the reason", async () => {
  const { token, id, accountId } = await issue();
  const issuerId = newId();
  const account = { directoryUrl: "https://127.0.0.1:9/dir", accountUrl: "https://127.0.0.1:9/1" };
  const sealed = {
    accountBox: Buffer.alloc(90).toString("base64"),
    accountKeyId: "none",
    challenge: "http-01",
  } as const;
  const added = { addedAt: new Date(), addedByLabel: "admin@example.test", renewAutomatically: false };
  await database()
    .insert(issuers)
    .values({ accountId, id: issuerId, name: "Away", kind: "acme", ...added, ...account, ...sealed });
  await database().update(issuances).set({ issuerId, authorityId: null }).where(eq(issuances.certificateId, id));
  const { status, json } = await call(`POST /certificates/${id}/revoke`, { token });
  expect([status, json.outcome, String(json.detail).length > 10]).toEqual([202, "pending", true]);
  const { json: shown } = await call(`GET /certificates/${id}`, { token });
  expect(shown).toMatchObject({ status: "valid", revocation_pending: true, actions: ["details", "retry_revocation"] });
  const deletion = await call(`DELETE /certificates/${id}`, { token });
  expect([deletion.status, deletion.json.type]).toEqual([409, problem("still-valid")]);
  expect(deletion.json.detail).toMatch(/revocation is under way/);
  expect((await call(`POST /certificates/${id}/revoke/retry`, { token })).status).toBe(202);
});

test("a renewal is an order whose certificate takes the place of the one before", async () => {
  const { token, issuerId } = await issue();
  const body = { issuer_id: issuerId, names: ["b.example"] };
  const { json: ordered } = await call("POST /orders", { token, body });
  const id = String(ordered.certificate_id);
  const { status, json } = await call(`POST /certificates/${id}/renew`, { token });
  expect([status, json.kind, json.replaces]).toEqual([201, "renew", id]);
  expect(json.certificate_id).not.toBe(id);
  const { json: renewed } = await call(`GET /certificates/${String(json.certificate_id)}`, { token });
  expect(renewed).toMatchObject({ name: "b.example", has_private_key: true, source: "issued" });
});

test("an uploaded one is not revoked here", async () => {
  const { token, accountId } = await makeCaller();
  const { id } = await insertCertificate(accountId, { notAfter: new Date(Date.now() + 86_400_000) });
  const { status, json } = await call(`POST /certificates/${id}/revoke`, { token });
  expect([status, json.type]).toEqual([409, problem("not-revocable")]);
  expect(json.detail).toMatch(/uploaded, not issued here/);
  expect((await call(`POST /certificates/${newId()}/revoke`, { token })).status).toBe(404);
});
