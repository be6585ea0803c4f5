import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { runMigrations } from "graphile-worker";
import { beforeAll, describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { useTestDatabase } from "@/drizzle/test-database";
import { ROLES, type Role } from "@/lib/accounts/rules";
import { API_BODY_LIMIT } from "@/lib/http/api-body";
import { newId } from "@/lib/ids";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { revokeToken } from "@/lib/tokens/commands";
import { newTokenText } from "@/lib/tokens/token-text";
import { API_METHODS, API_ROUTES } from "./routes";
import { call, makeCaller } from "./test-client";

useTestDatabase();
beforeAll(() => runMigrations({ connectionString: process.env.DATABASE_URL ?? "", schema: JOB_SCHEMA }));

const PROBLEM = "application/problem+json";

/** Who may call what, written down apart from the routes. */
const LEAST: Record<string, Role> = {
  "GET /certificates": "viewer",
  "POST /certificates": "member",
  "POST /certificates/upload": "member",
  "GET /certificates/summary": "viewer",
  "GET /certificates/timeline": "viewer",
  "GET /certificates/export": "viewer",
  "GET /certificates/{id}": "viewer",
  "DELETE /certificates/{id}": "member",
  "PUT /certificates/{id}/private-key": "member",
  "GET /certificates/{id}/history": "viewer",
  "POST /certificates/{id}/renew": "member",
  "POST /certificates/{id}/revoke": "member",
  "POST /certificates/{id}/revoke/retry": "member",
  "GET /certificates/{id}/syncs": "viewer",
  "POST /certificates/{id}/syncs": "member",
  "DELETE /certificates/{id}/syncs/{syncId}": "member",
  "POST /certificates/{id}/syncs/{syncId}/push": "member",
  "POST /certificates/{id}/syncs/{syncId}/check": "member",
  "GET /destinations": "member",
  "GET /issuers": "member",
  "GET /issuers/{id}": "member",
  "GET /orders": "viewer",
  "POST /orders": "member",
  "GET /orders/{id}": "viewer",
  "POST /orders/{id}/cancel": "member",
  "POST /orders/{id}/retry": "member",
  "POST /orders/{id}/check": "member",
  "GET /certificates/{id}/deployments": "viewer",
  "POST /certificates/{id}/deployments": "member",
  "DELETE /certificates/{id}/deployments/{deploymentId}": "member",
  "POST /certificates/{id}/endpoints": "member",
  "POST /certificates/{id}/check": "member",
  "POST /certificates/{id}/revocation-check": "member",
  "GET /bulk-deletions": "viewer",
  "POST /bulk-deletions": "member",
  "POST /bulk-deletions/preview": "member",
  "GET /bulk-deletions/{id}": "viewer",
  "GET /bulk-deletions/{id}/certificates": "viewer",
  "POST /bulk-deletions/{id}/stop": "member",
  "POST /bulk-deletions/{id}/retry": "member",
  "GET /removals": "viewer",
  "GET /removals/summary": "viewer",
  "GET /removals/export": "viewer",
  "GET /removals/{id}": "viewer",
  "GET /cleanup/settings": "admin",
  "PUT /cleanup/settings": "admin",
  "GET /cleanup/preview": "admin",
  "GET /cleanup/runs": "admin",
  "POST /cleanup/runs": "admin",
  "GET /cleanup/runs/{id}": "admin",
  "POST /cleanup/runs/{id}/stop": "admin",
  "POST /cleanup/runs/{id}/approve": "admin",
  "POST /cleanup/runs/{id}/acknowledge": "admin",
  "GET /cleanup/runs/{id}/foreseen": "admin",
  "GET /cleanup/runs/{id}/certificates": "admin",
};

const operations = Object.entries(API_ROUTES).flatMap(([path, handlers]) =>
  API_METHODS.filter((method) => handlers[method] !== undefined).map((method) => `${method} ${path}`),
);

test("every route file stands in the list of routes, with all its methods", () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll(path.sep, "/"))
    .filter((file) => /\/route\.ts$/.test(file) && file !== "openapi.json/route.ts");
  const exported = files.flatMap((file) => {
    const source = readFileSync(path.join(import.meta.dirname, file), "utf8");
    const address = `/${path.posix.dirname(file).replace(/\[(\w+)\]/g, "{$1}")}`;
    return [...source.matchAll(/^export const (\w+) = apiRoute/gm)].map(([, method]) => `${method} ${address}`);
  });
  expect(exported.toSorted()).toEqual(operations.toSorted());
});

test("the table of who may call what has every call", () => {
  expect(operations.toSorted()).toEqual(Object.keys(LEAST).toSorted());
});

const withIds = (line: string) => line.replace(/\{\w+\}/g, () => newId());

describe.each(operations)("%s", (line) => {
  test("is for its role and those above", async () => {
    for (const role of ROLES) {
      const { token } = await makeCaller({ role });
      const { status, headers, json } = await call(withIds(line), { token, ...(/^P/.test(line) ? { body: {} } : {}) });
      expect(headers.get("ratelimit"), role).toMatch(/^"default";r=1199;t=300$/);
      if (ROLES.indexOf(role) < ROLES.indexOf(LEAST[line] ?? "admin")) {
        expect([status, json.type, headers.get("content-type")]).toEqual([403, "/docs/api#forbidden", PROBLEM]);
      } else expect([401, 403, 500], `${role} ${line}`).not.toContain(status);
    }
  });

  test("lets nobody in without a token, not with a cookie either", async () => {
    const { token, tokenId, scope } = await makeCaller();
    await revokeToken(scope, { tokenId, now: new Date() });
    for (const [sent, type] of [
      [{}, "no-token"],
      [{ headers: { cookie: "next-auth.session-token=x" } }, "no-token"],
      [{ headers: { authorization: "Basic YTpi" } }, "no-token"],
      [{ token: newTokenText() }, "unknown-token"],
      [{ token }, "unknown-token"],
    ] as const) {
      const { status, json, headers } = await call(withIds(line), sent);
      expect([status, json.type]).toEqual([401, `/docs/api#${type}`]);
      expect(headers.get("www-authenticate")).toMatch(/^Bearer/);
      expect(headers.get("ratelimit")).toBeNull();
    }
  });

  test("refuses what the address should not say", async () => {
    const { token } = await makeCaller({ role: "admin" });
    for (const query of ["?surprise=1", "?cursor=a&cursor=b", "?__proto__=1"]) {
      const { status, json } = await call(`${withIds(line)}${query}`, { token });
      expect([status, json.type], query).toEqual([400, "/docs/api#invalid-request"]);
    }
  });
});

describe.each(operations.filter((line) => /\{id\}/.test(line)))("%s", (line) => {
  test("says the same of an id that is none and of one that nothing has", async () => {
    const { token } = await makeCaller({ role: "admin" });
    const headers = { "x-request-id": "the-same-for-all" };
    const body = /^P/.test(line) ? { body: {} } : {};
    const unknown = await call(withIds(line), { token, headers, ...body });
    const none = await call(line.replace(/\{\w+\}/g, "no-id"), { token, headers, ...body });
    if (unknown.status === 404) expect(none.text).toBe(unknown.text);
    expect([none.status, none.json.type]).toEqual([404, "/docs/api#not-found"]);
  });
});

const routeFiles = import.meta.glob<Record<string, (request: Request) => Response | Promise<Response>>>(
  "./**/route.ts",
  { eager: true },
);

describe.each(Object.keys(routeFiles).filter((file) => !file.includes("[[")))("%s", (file) => {
  test("refuses every other method and says which it has, with or without a token", async () => {
    const own = API_METHODS.filter((method) => exportsApi(file, method));
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]) {
      if (own.some((known) => known === method) || (method === "HEAD" && own.includes("GET"))) continue;
      const handler = routeFiles[file]?.[method];
      if (handler === undefined) throw new Error(`${file} does not answer ${method}`);
      const answer = await handler(new Request("http://console.example.test/api/v1/x", { method }));
      expect([answer.status, answer.headers.get("content-type")], method).toEqual([405, PROBLEM]);
      const allowed = answer.headers.get("allow")?.split(", ") ?? [];
      expect(allowed.filter((known) => known !== "HEAD" && known !== "OPTIONS").toSorted()).toEqual(own.toSorted());
      const { type, request_id } = await answer.json();
      expect([type, request_id]).toEqual(["/docs/api#method-not-allowed", answer.headers.get("x-request-id")]);
    }
  });
});

/** The description of the API takes no token, and is no call of its own. */
function exportsApi(file: string, method: string): boolean {
  if (file.includes("openapi.json")) return method === "GET";
  const handler = routeFiles[file]?.[method];
  return handler !== undefined && "declaration" in handler;
}

test.each(["GET", "POST", "PUT", "PATCH", "DELETE"])(
  "%s of an address that there is not is a problem",
  async (method) => {
    const handler = routeFiles["./[[...path]]/route.ts"]?.[method];
    const answer = await handler?.(new Request("http://console.example.test/api/v1/nothing", { method }));
    expect([answer?.status, answer?.headers.get("content-type")]).toEqual([404, PROBLEM]);
    expect(await answer?.json()).toMatchObject({ type: "/docs/api#not-found", status: 404 });
  },
);

describe("a body", () => {
  const post = async (body: unknown, headers: Record<string, string> = {}) => {
    const { token } = await makeCaller();
    const answer = await call("POST /certificates", { token, body, headers });
    expect(answer.headers.get("content-type")).toBe(PROBLEM);
    expect(answer.headers.get("x-request-id")).toBe(answer.json.request_id);
    return [answer.status, answer.json.type];
  };
  const invalid = [400, "/docs/api#invalid-request"];

  test.each<[string, unknown]>([
    ["nothing", ""],
    ["no JSON", "certificate=x"],
    ["an array", []],
    ["null", null],
    ["a number", 1],
    ["an unknown field", { certificate: "x", surprise: 1 }],
    ["a wrong type", { certificate: 1 }],
    ["the same key twice", '{"certificate":"a","certificate":"b"}'],
    ["NUL", { certificate: "a\0" }],
    ["half a surrogate pair", '{"certificate":"\\ud800"}'],
    ["deep nesting", `{"certificate":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["no UTF-8", new Uint8Array([0x7b, 0xff, 0x7d])],
    ["__proto__", '{"certificate":"a","__proto__":{}}'],
  ])("of %s is refused", async (_, body) => {
    expect(await post(body)).toEqual(invalid);
  });

  test("that is too long is refused, whatever its header says", async () => {
    const long = new Uint8Array(API_BODY_LIMIT + 1).fill(0x20);
    expect(await post(long)).toEqual([413, "/docs/api#body-too-large"]);
    expect(await post("{}", { "content-length": String(API_BODY_LIMIT + 1) })).toEqual([
      413,
      "/docs/api#body-too-large",
    ]);
  });

  test("that is not said to be JSON is refused", async () => {
    expect(await post("{}", { "content-type": "text/plain" })).toEqual([415, "/docs/api#not-json"]);
  });
});

test("a token that has used up its requests is told when to come again", async () => {
  const { token } = await makeCaller();
  await call("GET /certificates", { token });
  await database().execute("update api_token_windows set requests = 1200");
  const { status, json, headers } = await call("GET /certificates", { token });
  expect([status, json.type]).toEqual([429, "/docs/api#too-many-requests"]);
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(290);
  expect(headers.get("ratelimit")).toMatch(/^"default";r=0;t=\d+$/);
});
