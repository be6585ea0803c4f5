import { KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertSync } from "@/drizzle/test-rows";
import { generateCertificate } from "@/lib/certificates/generate";
import { DAY_MS, PAGE_SIZE } from "@/lib/certificates/rules";
import { call, makeCaller, walk } from "./test-client";

useTestDatabase();

async function make(name: string) {
  const [notBefore, notAfter] = [new Date(Date.now() - DAY_MS), new Date(Date.now() + 60 * DAY_MS)];
  const made = await generateCertificate({ subjectCommonName: name, notBefore, notAfter });
  const key = KeyObject.from(made.privateKey);
  const locked = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "sesame" } as const;
  return {
    pem: made.pem,
    key: key.export({ type: "pkcs8", format: "pem" }).toString(),
    lockedKey: key.export(locked).toString(),
  };
}

async function upload(token: string, pem: string): Promise<string> {
  const { json } = await call("POST /certificates", { token, body: { certificate: pem } });
  return String(json.id);
}

describe("a private key for a certificate that is there", () => {
  test("is kept once, with its password where it is encrypted, and stands in the history", async () => {
    const { token } = await makeCaller();
    const { pem, lockedKey } = await make("later.test");
    const id = await upload(token, pem);
    const line = `PUT /certificates/${id}/private-key`;
    const listed = async () => (await call("GET /certificates", { token })).json.certificates;
    expect(await listed()).toMatchObject([{ has_private_key: false }]);
    const closed = await call(line, { token, body: { private_key: lockedKey } });
    expect([closed.status, closed.json.type, closed.json.detail]).toEqual([
      ...[422, "/docs/api#certificate-refused", "The private key is encrypted. Add its password."],
    ]);
    const wrong = await call(line, { token, body: { private_key: lockedKey, password: "open" } });
    expect([wrong.status, wrong.json.detail]).toEqual([422, "The password does not open the private key."]);
    const body = { private_key: lockedKey, password: "sesame" };
    const first = await call(line, { token, body });
    expect([first.status, first.json]).toEqual([200, { outcome: "added" }]);
    expect((await call(line, { token, body })).json).toEqual({ outcome: "already" });
    expect(await listed()).toMatchObject([{ has_private_key: true }]);
    const { json, text } = await call(`GET /certificates/${id}/history`, { token });
    expect(json.events).toMatchObject([{ action: "private_key.added", actor: expect.stringMatching(/^deploy/) }]);
    expect(text).not.toContain("PRIVATE KEY");
  });

  test("of another certificate is refused, and so is what is no key", async () => {
    const { token } = await makeCaller();
    const [one, two] = [await make("one.test"), await make("two.test")];
    const line = `PUT /certificates/${await upload(token, one.pem)}/private-key`;
    for (const private_key of [two.key, one.pem, one.key + two.key, "x", "-----"]) {
      const { status, json } = await call(line, { token, body: { private_key } });
      expect([status, json.fields]).toEqual([422, { private_key: expect.any(String) }]);
    }
    for (const body of [{}, { private_key: "" }, { private_key: one.key, surprise: 1 }]) {
      expect((await call(line, { token, body })).status).toBe(400);
    }
    expect((await call("GET /certificates", { token })).json.certificates).toMatchObject([{ has_private_key: false }]);
  });

  test("stands in the history also when it comes with the certificate once more", async () => {
    const { token } = await makeCaller();
    const { pem, key } = await make("again.test");
    const id = await upload(token, pem);
    const form = () => {
      const made = new FormData();
      made.append("files", new File([pem, "\n", key], "both.pem"));
      return made;
    };
    await call("POST /certificates/upload", { token, body: form() });
    await call("POST /certificates/upload", { token, body: form() });
    const { json } = await call(`GET /certificates/${id}/history`, { token });
    expect(json.events).toMatchObject([{ action: "private_key.added" }]);
  });
});

test("the history is walked newest first, and outlasts the certificate", async () => {
  const { token, accountId } = await makeCaller();
  const { id } = await insertCertificate(accountId);
  const body = { service: "Edge", resource: "a:443" };
  for (let index = 0; index < PAGE_SIZE / 2 + 1; index += 1) {
    const made = await call(`POST /certificates/${id}/deployments`, { token, body });
    await call(`DELETE /certificates/${id}/deployments/${made.json.id}`, { token });
  }
  const { token: viewer } = await makeCaller({ role: "viewer", accountId });
  const met = await walk(`GET /certificates/${id}/history`, { token: viewer, list: "events" });
  expect(met).toHaveLength(PAGE_SIZE + 2);
  expect(met).toEqual(met.toSorted().toReversed());
  const { json } = await call(`GET /certificates/${id}/history`, { token: viewer });
  expect(json.events).toMatchObject([
    { action: "deployment.removed", details: { service: "Edge" } },
    ...Array(PAGE_SIZE - 1).fill({}),
  ]);
  expect((await call(`DELETE /certificates/${id}`, { token })).status).toBe(200);
  expect((await call(`GET /certificates/${id}/history`, { token: viewer })).json).toEqual(json);
});

test("the syncs of a certificate are walked once each, active or not", async () => {
  const { token, accountId } = await makeCaller({ role: "viewer" });
  const { id } = await insertCertificate(accountId);
  const made: string[] = [];
  for (let index = 0; index < PAGE_SIZE + 1; index += 1) made.push(await insertSync(accountId, id));
  made.push(await insertSync(accountId, id, { destination: "Vault", state: "removed" }));
  expect(await walk(`GET /certificates/${id}/syncs`, { token, list: "syncs" })).toEqual(made);
  const { json } = await call(`GET /certificates/${id}/syncs?cursor=${made.at(-2)}`, { token });
  expect(json).toMatchObject({
    syncs: [{ destination: "Vault", state: "removed", enabled: true, is_active: false }],
    next_cursor: null,
  });
});
