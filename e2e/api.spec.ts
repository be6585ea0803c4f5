import { expect } from "@playwright/test";
import { z } from "zod";
import type { Role } from "@/lib/accounts/rules";
import { newId } from "@/lib/ids";
import { expectAccessible } from "./axe";
import { setting, sql } from "./database";
import { addCertificate, addDeployment, makeCertificate } from "./inventory";
import { type Cookie, makeAccount, makePerson, signIn } from "./people";
import { succeed } from "./server-actions";
import { test } from "./test";

const made = z.object({ token: z.string() });

async function makeCaller(role: Role) {
  const accountId = await makeAccount();
  const cookie = await signIn((await makePerson(accountId, role)).email);
  const input = { name: "deploy", role, days: 1, ranges: [] };
  const { token } = made.parse(await succeed("lib/tokens/actions.ts#createApiToken", input, cookie));
  return { accountId, cookie, token };
}

type Sent = {
  token?: string;
  cookie?: Cookie;
  body?: string | Uint8Array<ArrayBuffer> | FormData;
  headers?: Record<string, string>;
};

async function call(method: string, path: string, { token, cookie, body, headers = {} }: Sent = {}) {
  const answer = await fetch(`${setting("E2E_URL")}/api/v1${path}`, {
    method,
    redirect: "manual",
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(cookie === undefined ? {} : { cookie: `${cookie.name}=${cookie.value}` }),
      ...(body === undefined || body instanceof FormData ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get("content-type"), headers: answer.headers, text };
}

const problem = z.object({ type: z.string(), blockers: z.array(z.object({ blocker: z.string() })).optional() });
const problemIn = ({ text }: { text: string }) => problem.parse(JSON.parse(text));

test("a program lists, notes a use, is refused, and deletes, all with its token", async () => {
  const { accountId, token } = await makeCaller("member");
  const { id } = await addCertificate(accountId, { name: "old.example.test", expiresIn: -40 });
  const list = await call("GET", "/certificates?status=expired&q=old", { token });
  expect([list.status, list.type]).toEqual([200, "application/json"]);
  expect(list.text).toContain(id);
  expect(list.headers.get("ratelimit")).toMatch(/^"default";r=\d+;t=\d+$/);
  const body = JSON.stringify({ service: "Edge", resource: "a.example.test:443" });
  const noted = await call("POST", `/certificates/${id}/deployments`, { token, body });
  expect(noted.status).toBe(201);
  const blocked = await call("DELETE", `/certificates/${id}`, { token });
  expect([blocked.status, blocked.type]).toEqual([409, "application/problem+json"]);
  expect(problemIn(blocked)).toEqual({ type: "/docs/api#deployed", blockers: [{ blocker: "deployed" }] });
  const taken = await call("DELETE", (noted.headers.get("location") ?? "").replace("/api/v1", ""), { token });
  expect(taken.status).toBe(200);
  expect((await call("DELETE", `/certificates/${id}`, { token, body: "{}" })).status).toBe(200);
  const record = await call("GET", `/removals/${id}`, { token });
  expect([record.status, record.text]).toEqual([200, expect.stringContaining("deploy (token of member-")]);
});

test("only a token lets in: nobody is sent to the sign-in screen, and a session is nothing here", async () => {
  const { cookie } = await makeCaller("admin");
  for (const sent of [{}, { cookie }]) {
    const answer = await call("GET", "/certificates", sent);
    expect([answer.status, answer.type]).toEqual([401, "application/problem+json"]);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  }
  const foreign = await call("POST", "/cleanup/runs", { cookie, headers: { origin: "https://elsewhere.example" } });
  expect(foreign.status).toBe(401);
});

test("hostile requests are refused in the problem format, and never end in a 5xx", async () => {
  const { token } = await makeCaller("member");
  const long = new Uint8Array(11 * 1024 * 1024).fill(0x20);
  const refused: [number, Sent][] = [
    [413, { body: long }],
    [413, { body: new Uint8Array(13 * 1024 * 1024).fill(0x20) }],
    [400, { body: "" }],
    [400, { body: "[".repeat(200_000) }],
    [400, { body: '{"certificate":"a","certificate":"b"}' }],
    [400, { body: '{"certificate":"\\u0000"}' }],
    [400, { body: new Uint8Array([0x22, 0xff, 0x22]) }],
    [415, { body: "{}", headers: { "content-type": "text/plain" } }],
    [422, { body: '{"certificate":"x"}' }],
  ];
  for (const [status, sent] of refused) {
    const answer = await call("POST", "/certificates", { token, ...sent });
    expect([answer.status, answer.type], answer.text.slice(0, 200)).toEqual([status, "application/problem+json"]);
  }
  for (const path of ["/certificates/%00", "/certificates/..%2f", "/certificates?q=%00", `/removals/${newId()}`]) {
    const { status } = await call("GET", path, { token });
    expect(status, path).toBeGreaterThanOrEqual(400);
    expect(status, path).toBeLessThan(500);
  }
});

test("what there is not is told in the problem format: addresses, methods, and addresses that do not decode", async () => {
  const { token } = await makeCaller("member");
  const told: [string, string, number, string][] = [
    ["GET", "", 404, "not-found"],
    ["GET", "/nothing", 404, "not-found"],
    ["DELETE", "/certificates/a/b/c/d", 404, "not-found"],
    ["PUT", "/certificates", 405, "method-not-allowed"],
    ["PATCH", `/certificates/${newId()}`, 405, "method-not-allowed"],
    ["GET", "/bulk-deletions/preview", 405, "method-not-allowed"],
    ["POST", "/openapi.json", 405, "method-not-allowed"],
    ["PROPFIND", "/certificates", 405, "method-not-allowed"],
    ["GET", "/certificates/%", 400, "invalid-request"],
    ["GET", "/certificates/%E0%A4%A", 400, "invalid-request"],
  ];
  for (const [method, path, status, name] of told) {
    for (const sent of [{ token }, {}]) {
      const answer = await call(method, path, sent);
      const said = `${method} ${path}: ${answer.text}`;
      expect([answer.status, answer.type], said).toEqual([status, "application/problem+json"]);
      expect(problemIn(answer).type, said).toBe(`/docs/api#${name}`);
      expect(answer.headers.get("allow") !== null, said).toBe(status === 405);
      expect(answer.headers.get("x-request-id"), said).toBe(JSON.parse(answer.text).request_id);
    }
  }
  const { headers } = await call("PATCH", "/certificates", { token });
  expect(headers.get("allow")).toBe("GET, HEAD, POST, OPTIONS");
});

test("Cloudflare's clients are told of the same in their envelope", async () => {
  const { token } = await makeCaller("member");
  for (const [method, path, status, codes] of [
    ["GET", "", 404, [7003, 7000]],
    ["DELETE", "/zones/x", 404, [7003, 7000]],
    ["GET", "/accounts/%", 404, [7003, 7000]],
    ["PUT", "/accounts", 405, [7001]],
    ["PROPFIND", "/accounts", 405, [7001]],
  ] as const) {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${setting("E2E_URL")}/client/v4${path}`, { method, headers });
    const said = `${method} ${path}`;
    expect([answer.status, answer.headers.get("content-type")], said).toEqual([status, "application/json"]);
    expect(await answer.json(), said).toMatchObject({
      ...{ success: false, result: null, messages: [] },
      errors: codes.map((code) => ({ code })),
    });
  }
});

test("while the database does not answer, programs are told when to come again, not to reload a page", async () => {
  const { accountId, token } = await makeCaller("member");
  const { pem } = await makeCertificate({ name: "later.example.test" });
  const name = `e2e_away_${accountId.replaceAll("-", "")}`;
  await sql().unsafe(`
    create function ${name}() returns trigger language plpgsql as $$ begin raise exception using errcode = '57P01'; end $$;
    create trigger ${name} before insert on certificates for each row when (new.account_id = '${accountId}')
    execute function ${name}();`);
  const told = "The database does not answer right now. Try again in 5 seconds.";
  const own = await call("POST", "/certificates", { token, body: JSON.stringify({ certificate: pem }) });
  expect([own.status, own.headers.get("retry-after"), JSON.parse(own.text).detail]).toEqual([503, "5", told]);
  const like = await fetch(`${setting("E2E_URL")}/client/v4/accounts/${accountId}/mtls_certificates`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ certificates: pem, ca: false }),
  });
  expect([like.status, like.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await like.json()).toMatchObject({ success: false, errors: [{ code: 10101, message: told }] });
  await sql().unsafe(`drop trigger ${name} on certificates; drop function ${name}();`);
});

test("a program uploads files as a form, deletes them in bulk, and exports both lists", async () => {
  const { accountId, token } = await makeCaller("member");
  const form = new FormData();
  for (const name of ["one", "two"]) {
    const { pem } = await makeCertificate({ name: `${name}.example.test` });
    form.append("files", new File([pem], `${name}.pem`));
  }
  await addDeployment(accountId, (await addCertificate(accountId, { name: "in-use.example.test" })).id);
  const sent = await call("POST", "/certificates/upload", { token, body: form });
  expect([sent.status, sent.text]).toEqual([200, expect.stringContaining('"outcome":"added"')]);
  const csv = await call("GET", "/certificates/export?sort=name", { token });
  expect([csv.status, csv.type]).toEqual([200, "text/csv; charset=utf-8; header=present"]);
  expect(csv.text.split("\r\n")).toHaveLength(5);
  const done = await call("POST", "/bulk-deletions", { token, body: '{"all":true}' });
  expect([done.status, JSON.parse(done.text)]).toMatchObject([
    201,
    { total: 3, removed: 2, skipped: { deployed: 1 }, status: "succeeded" },
  ]);
  const gone = await call("GET", "/removals/export", { token });
  expect(gone.text).toMatch(/"one\.example\.test"[\s\S]*\r\n$/);
  const long = new FormData();
  long.append("files", new File([new Uint8Array(11 * 1024 * 1024)], "long.pem"));
  const refused = await call("POST", "/certificates/upload", { token, body: long });
  expect([refused.status, problemIn(refused).type]).toEqual([413, "/docs/api#body-too-large"]);
});

for (const width of [1280, 375]) {
  test(`the page about the API is for everybody, at ${width} pixels`, async ({ openBrowser }) => {
    const context = await openBrowser({ viewport: { width, height: 800 }, reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto("/docs/api#still-valid");
    await expect(page.getByRole("heading", { name: "API", exact: true })).toBeVisible();
    await expect(page.locator("#still-valid")).toBeInViewport();
    await expect(page.getByRole("article", { name: "DELETE /api/v1/certificates/{id}", exact: true })).toContainText(
      "The token's role must be member or above.",
    );
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await expectAccessible(page, "/docs/api");
    await page.getByRole("link", { name: "an OpenAPI 3.1 document" }).click();
    await expect(page.locator("body")).toContainText('"openapi":"3.1.1"');
  });
}
