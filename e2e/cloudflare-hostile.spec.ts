import { Buffer } from "node:buffer";
import { expect } from "@playwright/test";
import Cloudflare from "cloudflare";
import { z } from "zod";
import { newId } from "@/lib/ids";
import { ask, connect, failureOf, failuresIn, makeToken } from "./cloudflare-client";
import { sql } from "./database";
import { addCertificate, makeCertificate } from "./inventory";
import { test } from "./test";

/** What an answer says: its status, and the code and pointer of each failure. */
async function saidBy(answer: Response): Promise<unknown[]> {
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("ratelimit")).toMatch(/^"default";r=\d+;t=\d+$/);
  const failures = await failuresIn(answer);
  return [answer.status, ...failures.map(({ code, source }) => (source ? [code, source.pointer] : code))];
}

const text = (value: unknown) => Buffer.from(JSON.stringify(value));
const MALFORMED = [400, 6007];
const field = (name: string) => [400, [1002, name]];

test("a body that is no request is refused in the envelope, and adds nothing", async ({ accountId }) => {
  const { pem } = await makeCertificate({ name: "hostile.example.test" });
  const token = await makeToken(accountId, "member");
  const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
  const cases: [string, Buffer<ArrayBuffer>, unknown[]][] = [
    ["nothing", Buffer.alloc(0), MALFORMED],
    ["no JSON", Buffer.from("certificates=1"), MALFORMED],
    ["half of it", Buffer.from('{"ca":'), MALFORMED],
    ["null", text(null), MALFORMED],
    ["a list", text([]), MALFORMED],
    ["a text", text("x"), MALFORMED],
    ["deep objects", Buffer.from(deep), MALFORMED],
    ["deep lists", Buffer.from("[".repeat(1_000_000)), MALFORMED],
    ["a field twice", Buffer.from('{"ca":true,"c\\u0061":false,"certificates":"x"}'), MALFORMED],
    [
      "no UTF-8",
      Buffer.concat([Buffer.from('{"ca":true,"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
      MALFORMED,
    ],
    ["a bare NUL", Buffer.from('{"ca":true,"name":"\0"}'), MALFORMED],
    ["an empty object", text({}), [400, [1002, "/certificates"], [1002, "/ca"]]],
    ["wrong types", text({ certificates: pem, ca: "true" }), field("/ca")],
    ["a list for a text", text({ certificates: [pem], ca: false }), field("/certificates")],
    ["a number for a name", text({ certificates: pem, ca: false, name: 7 }), field("/name")],
    ["a line break in a name", text({ certificates: pem, ca: false, name: "a\nb" }), field("/name")],
    ["no PEM", text({ certificates: "x".repeat(9_000_000), ca: false }), field("/certificates")],
    ["no key", text({ certificates: pem, ca: false, private_key: "x" }), [400, [2106, "/private_key"]]],
    ["11 MB", Buffer.alloc(11 * 1024 * 1024, " "), [413, 1483]],
    ["20 MB", Buffer.alloc(20 * 1024 * 1024, " "), [413, 1483]],
  ];
  for (const [name, body, said] of cases) {
    const answer = await ask(`/accounts/${accountId}/mtls_certificates`, { token, method: "POST", body });
    expect(await saidBy(answer), name).toEqual(said);
  }
  const nul = text({ certificates: pem, ca: false, name: "a\0b" });
  const answer = await ask(`/accounts/${accountId}/mtls_certificates`, { token, method: "POST", body: nul });
  expect(answer.status).toBe(400);
  const [row] = await sql()<{ amount: number }[]>`
    select count(*)::int as amount from certificates where account_id = ${accountId}`;
  expect(row?.amount).toBe(0);
});

test("a body that comes in pieces is cut off where it is too long", async ({ accountId }) => {
  const token = await makeToken(accountId, "member");
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      if (sent > 11) controller.close();
      else controller.enqueue(Buffer.alloc(1024 * 1024, " "));
    },
  });
  const init = { token, method: "POST", body, duplex: "half" as const };
  expect(await saidBy(await ask(`/accounts/${accountId}/mtls_certificates`, init))).toEqual([413, 1483]);
});

test("any content type and unknown fields are fine, and so is any body of a deletion", async ({ accountId }) => {
  const token = await makeToken(accountId, "member");
  const created = z.object({ result: z.object({ id: z.string() }) });
  for (const [type, body] of [
    ["text/plain;charset=UTF-8", undefined],
    ["application/x-www-form-urlencoded", "{}"],
    ["application/json", "{"],
  ]) {
    const { pem } = await makeCertificate({ name: `typed-${newId()}.example.test` });
    const made = await ask(`/accounts/${accountId}/mtls_certificates`, {
      token,
      method: "POST",
      // A page of another site could send this, but not the token with it.
      headers: { "content-type": String(type), origin: "https://dash.example" },
      body: JSON.stringify({ certificates: pem, ca: false, name: null, account_id: "x", more: { a: [1] } }),
    });
    expect(made.status, type).toBe(200);
    const { id } = created.parse(await made.json()).result;
    const init = { token, method: "DELETE", ...(body === undefined ? {} : { body }) };
    const removed = await ask(`/accounts/${accountId}/mtls_certificates/${id}`, init);
    expect(removed.status, type).toBe(200);
    expect(created.parse(await removed.json()).result.id).toBe(id);
  }
});

test("ids, queries, paths and methods that make no sense are refused in the envelope", async ({ accountId }) => {
  const token = await makeToken(accountId, "member");
  const here = `/accounts/${accountId}/mtls_certificates`;
  const { id } = await addCertificate(accountId, { name: "stays.example.test" });
  const cases: [string, string, unknown[]][] = [
    ["GET", `${here}/nonsense`, [404, 1472]],
    ["GET", `${here}/%00`, [404, 1472]],
    ["DELETE", `${here}/${"9".repeat(2_000)}`, [404, 1472]],
    ["GET", `${here}/nonsense/associations`, [404, 1472]],
    ["GET", `${here}?ca=maybe`, field("ca")],
    ["GET", `${here}?page=0`, field("page")],
    ["GET", `${here}?page=1e9`, field("page")],
    ["GET", `${here}?per_page=1001`, field("per_page")],
    ["GET", "/accounts/nonsense/mtls_certificates", [404, 7003, 7000]],
    ["GET", "/zones", [404, 7003, 7000]],
    ["POST", "", [404, 7003, 7000]],
    ["DELETE", "/accounts", [405, 7001]],
    ["PATCH", `${here}/${id}`, [405, 7001]],
    ["PUT", here, [405, 7001]],
    ["PUT", "/accounts/nonsense/mtls_certificates", [404, 7003, 7000]],
  ];
  for (const [method, path, said] of cases) {
    expect(await saidBy(await ask(path, { token, method })), `${method} ${path.slice(0, 80)}`).toEqual(said);
  }
  for (const query of ["name=%00", "name=%FF", "type=other", "page=999999999", `name=${"x".repeat(5_000)}`]) {
    const answer = await ask(`${here}?${query}`, { token });
    expect(await answer.json(), query).toMatchObject({ success: true, result: [] });
  }
});

test("headers that carry no token are refused, with the one that is wrong", async ({ accountId }) => {
  const path = `/accounts/${accountId}/mtls_certificates`;
  const cases: [Record<string, string>, number, string?][] = [
    [{}, 401],
    [{ authorization: "Bearer csw_mistyped" }, 401],
    [{ authorization: "Basic eDp5" }, 400, "Authorization"],
    [{ authorization: "Bearer" }, 400, "Authorization"],
    [{ "x-auth-key": "x" }, 400, "X-Auth-Email"],
    [{ "x-auth-email": "somebody@example.test" }, 400, "X-Auth-Key"],
  ];
  for (const [headers, status, wrong] of cases) {
    const answer = await ask(path, { headers });
    const [failure] = await failuresIn(answer);
    expect([answer.status, failure?.code], JSON.stringify(headers)).toEqual([status, status === 401 ? 10000 : 6003]);
    const chain = wrong === undefined ? undefined : [{ code: 6111, message: `Invalid format for header ${wrong}` }];
    expect(failure?.error_chain, JSON.stringify(headers)).toEqual(chain);
  }
  const elsewhere = await ask(path, { token: await makeToken(accountId, "viewer", ["203.0.113.0/24"]) });
  expect([elsewhere.status, (await failuresIn(elsewhere))[0]?.code]).toEqual([403, 9109]);
});

test("a token that asked too often is told when it may go on", async ({ accountId }) => {
  const token = await makeToken(accountId, "viewer");
  const { client } = connect(token);
  expect((await client.mtlsCertificates.list({ account_id: accountId })).result).toEqual([]);
  await sql()`update api_token_windows set requests = 1200 where account_id = ${accountId}`;
  const failure = await failureOf(
    client.mtlsCertificates.list({ account_id: accountId }, { maxRetries: 0 }).asResponse(),
  );
  expect(failure).toBeInstanceOf(Cloudflare.RateLimitError);
  expect(failure.errors).toMatchObject([{ code: 10100 }]);
  expect(failure.headers?.get("retry-after")).toMatch(/^\d+$/);
  expect(failure.headers?.get("ratelimit")).toMatch(/^"default";r=0;t=\d+$/);
});

test("a failure of ours says no more than under which id the log has it", async ({ accountId }) => {
  const { id } = await addCertificate(accountId, { name: "broken.example.test" });
  const broken = newId();
  await sql()`
    insert into certificate_contents (account_id, id, pem, chain_pems, details, issuer_label, other_names,
      other_name_count, search)
    select account_id, ${broken}, pem, chain_pems, details || '{"isCa":"perhaps"}', issuer_label, other_names,
      other_name_count, search from certificate_contents where id = ${id}`;
  await sql()`
    insert into certificates (account_id, id, name, fingerprint, source, not_before, not_after, added_at, added_by_label)
    select account_id, ${broken}, name, repeat('0', 64), source, not_before, not_after, added_at, added_by_label
    from certificates where id = ${id}`;
  const token = await makeToken(accountId, "viewer");
  const answer = await ask(`/accounts/${accountId}/mtls_certificates`, { token });
  expect(answer.status).toBe(500);
  const requestId = answer.headers.get("x-request-id");
  const [failure] = await failuresIn(answer);
  expect([failure?.code, failure?.message]).toEqual([1000, `Internal error (request ${requestId})`]);
});
