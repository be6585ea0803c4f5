import { expect } from "@playwright/test";
import { z } from "zod";
import type { Role } from "@/lib/accounts/rules";
import { newId } from "@/lib/ids";
import { expectAccessible } from "./axe";
import { setting } from "./database";
import { addCertificate } from "./inventory";
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
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
};

async function call(method: string, path: string, { token, cookie, body, headers = {} }: Sent = {}) {
  const answer = await fetch(`${setting("E2E_URL")}/api/v1${path}`, {
    method,
    redirect: "manual",
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(cookie === undefined ? {} : { cookie: `${cookie.name}=${cookie.value}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
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
  for (const method of ["PATCH", "PUT"]) expect((await call(method, "/certificates", { token })).status).toBe(405);
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
