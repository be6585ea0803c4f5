import { generateKeyPairSync, KeyObject } from "node:crypto";
import { expect } from "@playwright/test";
import Cloudflare from "cloudflare";
import { z } from "zod";
import { wireAssociation, wireCertificate } from "@/lib/cloudflare/schema";
import { newId } from "@/lib/ids";
import { ask, connect, failureOf, makeToken } from "./cloudflare-client";
import { setting, sql } from "./database";
import { addCertificate, addCopies, addDeployment, addSync, makeCertificate } from "./inventory";
import { makeAccount } from "./people";
import { test } from "./test";

test("Cloudflare's client creates, lists, gets and deletes a certificate", async ({ accountId }) => {
  const { client } = connect(await makeToken(accountId, "member"));
  const account = { account_id: accountId };
  const name = `mtls-${newId()}`;
  const { pem } = await makeCertificate({ name: "wire.example.test" });
  // Blank lines and comments are part of what was uploaded.
  const certificates = `# ours\n${pem}\n\n`;

  const created = await client.mtlsCertificates.create({ ...account, ca: false, certificates, name });
  const { updated_at, ...certificate } = z.looseObject({ updated_at: z.string() }).parse(created);
  expect(updated_at).toBe(certificate.uploaded_on);
  const { id } = wireCertificate.parse(certificate);
  expect(certificate).toMatchObject({ ca: false, certificates, name, type: "custom" });
  const [row] = await sql()<{ not_after: Date; serial: string }[]>`
    select not_after, details->>'serial' as serial from certificates join certificate_contents using (account_id, id)
    where id = ${id}`;
  expect(new Date(String(certificate.expires_on))).toEqual(row?.not_after);
  expect(certificate.serial_number).toBe(row?.serial);

  expect(await client.mtlsCertificates.get(id, account)).toEqual(certificate);
  const listed = [];
  for await (const one of client.mtlsCertificates.list({ ...account, type: ["custom", "gateway_managed"] }))
    listed.push(one);
  expect(listed).toEqual([certificate]);
  expect((await client.mtlsCertificates.list({ ...account, type: ["gateway_managed"] })).result).toEqual([]);

  expect(await client.mtlsCertificates.delete(id, account)).toEqual(certificate);
  const [removal] = await sql()<{ actor_kind: string; actor_label: string }[]>`
    select actor_kind, actor_label from removals where id = ${id}`;
  expect(removal).toMatchObject({
    actor_kind: "token",
    actor_label: expect.stringContaining("deploy (token of token-owner-"),
  });

  for (const call of ["get", "delete"] as const) {
    const failure = await failureOf(client.mtlsCertificates[call](id, account));
    expect(failure).toBeInstanceOf(Cloudflare.NotFoundError);
    expect(failure.errors).toMatchObject([{ code: 1472, message: "Certificate not found" }]);
  }
});

test("a private key is kept with its certificate and never comes back", async ({ accountId }) => {
  const { client } = connect(await makeToken(accountId, "member"));
  const account = { account_id: accountId };
  const made = await makeCertificate({ name: "key.example.test" });
  const private_key = KeyObject.from(made.privateKey).export({ type: "pkcs8", format: "pem" }).toString();
  const other = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });

  const wrong = await failureOf(
    client.mtlsCertificates.create({ ...account, ca: false, certificates: made.pem, private_key: other.privateKey }),
  );
  expect(wrong).toBeInstanceOf(Cloudflare.BadRequestError);
  expect(wrong.errors).toMatchObject([{ code: 2106, source: { pointer: "/private_key" } }]);

  const created = await client.mtlsCertificates.create({ ...account, ca: false, certificates: made.pem, private_key });
  expect(JSON.stringify(created)).not.toContain("PRIVATE KEY");
  const keys = await sql()`select 1 from private_keys where certificate_id = ${created.id}`;
  expect(keys).toHaveLength(1);
});

test("each failure is the exception that Cloudflare's client has for it", async ({ accountId }) => {
  const account = { account_id: accountId };
  const { client } = connect(await makeToken(accountId, "member"));
  const { pem } = await makeCertificate({ name: "twice.example.test" });

  const unknown = connect("csw_000000000000000000000000000000000000").client;
  const unauthenticated = await failureOf(unknown.mtlsCertificates.get(newId(), account));
  expect(unauthenticated).toBeInstanceOf(Cloudflare.AuthenticationError);
  expect(unauthenticated.errors).toMatchObject([{ code: 10000, message: "Authentication error" }]);

  const viewer = connect(await makeToken(accountId, "viewer")).client;
  const forbidden = await failureOf(viewer.mtlsCertificates.create({ ...account, ca: false, certificates: pem }));
  expect(forbidden).toBeInstanceOf(Cloudflare.PermissionDeniedError);
  expect(forbidden.errors).toMatchObject([{ code: 9109 }]);

  const foreign = await failureOf(client.mtlsCertificates.get(newId(), { account_id: await makeAccount() }));
  expect(foreign).toBeInstanceOf(Cloudflare.NotFoundError);
  expect(foreign.errors).toMatchObject([{ code: 7003 }, { code: 7000 }]);

  const wrongCa = await failureOf(client.mtlsCertificates.create({ ...account, ca: true, certificates: pem }));
  expect(wrongCa).toBeInstanceOf(Cloudflare.BadRequestError);
  expect(wrongCa.errors).toMatchObject([{ code: 1002, source: { pointer: "/ca" } }]);
  const noPem = await failureOf(client.mtlsCertificates.create({ ...account, ca: true, certificates: "nothing" }));
  expect(noPem).toBeInstanceOf(Cloudflare.BadRequestError);
  expect(noPem.errors).toMatchObject([{ code: 1002, source: { pointer: "/certificates" } }]);

  const first = await client.mtlsCertificates.create({ ...account, ca: false, certificates: pem, name: "twice" });
  const twice = connect(await makeToken(accountId, "member"));
  const again = await failureOf(twice.client.mtlsCertificates.create({ ...account, ca: false, certificates: pem }));
  expect(again).toBeInstanceOf(Cloudflare.ConflictError);
  expect(again.errors).toMatchObject([{ code: 1471, message: expect.stringContaining("twice") }]);
  expect(twice.seen).toHaveLength(1);
  expect((await client.mtlsCertificates.list(account)).result.map(({ id }) => id)).toEqual([first.id]);
});

test("what is in use stays, the refusal names who uses it, and is asked for once", async ({ accountId }) => {
  const account = { account_id: accountId };
  const { id } = await addCertificate(accountId, { name: "used.example.test" });
  for (let number = 1; number <= 24; number += 1) await addDeployment(accountId, id, `Gateway ${number}`);
  await addSync(accountId, id, "Key vault");
  const { client, seen } = connect(await makeToken(accountId, "member"));

  const failure = await failureOf(client.mtlsCertificates.delete(id, account));
  expect(failure).toBeInstanceOf(Cloudflare.ConflictError);
  expect(seen).toHaveLength(1);
  const [error] = failure.errors;
  expect(error).toMatchObject({ code: 1480, message: expect.stringContaining("25 associations") });
  expect(error?.message).toContain("Gateway 1 lb.example.test:443");
  expect(error).toHaveProperty("error_chain.length", 20);
  expect(error).toHaveProperty("error_chain.0.message", "In use by Gateway 1 lb.example.test:443 (active)");

  const associations = await client.mtlsCertificates.associations.get(id, account).then((page) => page.result);
  expect(associations.map((one) => wireAssociation.parse(one))).toHaveLength(25);
  expect(associations).toContainEqual({ service: "Key vault", status: "active" });
  expect(await client.mtlsCertificates.get(id, account)).toMatchObject({ id });

  const page = await fetch(new URL(String(Object(error).documentation_url)));
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('id="error-1480"');
});

test("what was issued here and is still valid stays too", async ({ accountId }) => {
  const { id } = await addCertificate(accountId, { name: "issued.example.test", issued: true });
  const { client, seen } = connect(await makeToken(accountId, "member"));
  const failure = await failureOf(client.mtlsCertificates.delete(id, { account_id: accountId }));
  expect(failure).toBeInstanceOf(Cloudflare.ConflictError);
  expect(failure.errors).toMatchObject([
    { code: 1481, message: expect.stringMatching(/^Revoke it first, or wait until/) },
  ]);
  expect(seen).toHaveLength(1);
});

test("a list of 2,500 comes whole without page parameters, and in pages with them", async ({ accountId }) => {
  const account = { account_id: accountId };
  await addCopies(accountId, { name: "many", amount: 2_500 });
  const token = await makeToken(accountId, "viewer");
  const { client, seen } = connect(token);
  const ids = new Set<string | undefined>();
  for await (const { id } of client.mtlsCertificates.list(account)) ids.add(id);
  expect(ids.size).toBe(2_500);
  expect(seen).toHaveLength(1);

  const info = z.object({
    result: z.array(wireCertificate),
    result_info: z.object({
      page: z.int(),
      per_page: z.int(),
      count: z.int(),
      total_count: z.int(),
      total_pages: z.int(),
    }),
  });
  const paged = new Set<string>();
  for (let page = 1; page <= 4; page += 1) {
    const answer = await ask(`/accounts/${accountId}/mtls_certificates?page=${page}&per_page=700`, { token });
    const { result, result_info } = info.parse(await answer.json());
    const count = page < 4 ? 700 : 400;
    expect(result_info).toEqual({ page, per_page: 700, count, total_count: 2_500, total_pages: 4 });
    expect(result).toHaveLength(count);
    for (const { id } of result) paged.add(id);
  }
  expect(paged).toEqual(ids);

  const named = await ask(`/accounts/${accountId}/mtls_certificates?name=many-7&ca=false&type=gateway_managed,custom`, {
    token,
  });
  expect(info.parse(await named.json()).result.map(({ name }) => name)).toEqual(["many-7"]);
});

test("the token is verified, and tells its account", async ({ accountId }) => {
  const token = await makeToken(accountId, "viewer");
  const { client } = connect(token);
  expect(await client.user.tokens.verify()).toMatchObject({ status: "active" });
  const verified = await (await ask("/user/tokens/verify", { token })).json();
  expect(verified).toMatchObject({
    success: true,
    messages: [{ code: 10000, message: "This API Token is valid and active" }],
  });
  const accounts = [];
  for await (const { id } of client.accounts.list()) accounts.push(id);
  expect(accounts).toEqual([accountId]);
  const memberships = [];
  for await (const { account } of client.memberships.list()) memberships.push(account?.id);
  expect(memberships).toEqual([accountId]);
  const byKey = new Cloudflare({
    apiEmail: "somebody@example.test",
    apiKey: token,
    baseURL: `${setting("E2E_URL")}/client/v4`,
  });
  expect((await byKey.mtlsCertificates.list({ account_id: accountId })).result).toEqual([]);
});
