import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertPerson } from "@/drizzle/test-rows";
import { startSession } from "@/lib/auth/commands";
import { sessionCookieName } from "@/lib/auth/session-cookie";
import { env } from "@/lib/env";
import { newId } from "@/lib/ids";
import { answerDataRequest, DATA_ROUTES } from "./data-routes";

useTestDatabase();

const passed: string[] = [];
const server = createServer((incoming: IncomingMessage, response) => {
  if (answerDataRequest(incoming, response)) return;
  passed.push(`${incoming.method} ${incoming.url}`);
  response.writeHead(299).end();
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  port = address.port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

type Heard = { status: number | undefined; headers: IncomingMessage["headers"]; body: Buffer };

/** Other than fetch, it leaves addresses as they are and unpacks nothing. */
function send(address: string, headers: Record<string, string> = {}, method = "GET"): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", path: address, headers, method }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.once("end", () =>
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }),
      );
    });
    sent.once("error", reject).end();
  });
}

async function cookieOf(person: { userId: string }): Promise<{ cookie: string }> {
  const sid = await startSession(person.userId, new Date());
  const token = await encode({ token: { sid }, secret: env().CERTSWEEP_SECRET });
  return { cookie: `theme=dark; ${sessionCookieName()}=${token}` };
}

const jsonOf = ({ body }: Heard): unknown => JSON.parse(body.toString());

test("the table has every route of our own browser code that answers with data, not with a file", () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "route.ts")
    .filter((file) => {
      const text = readFileSync(path.join(import.meta.dirname, file), "utf8");
      return text.includes('from "@/lib/http/route"') && !text.includes('from "@/lib/http/attachment"');
    })
    .map((file) => `/api/${path.posix.dirname(file.replaceAll(path.sep, "/"))}`);
  expect(Object.keys(DATA_ROUTES).sort()).toEqual(files.sort());
});

test.each([
  ["GET", "/api/certificates/"],
  ["GET", "/api//certificates"],
  ["GET", "/api/certificates/export"],
  ["GET", "/api/certificates/a%62/uses"],
  ["GET", "/api/cleanup/../cleanup"],
  ["GET", "/api/health"],
  ["GET", "/certificates"],
  ["HEAD", "/api/certificates"],
  ["POST", "/api/certificates"],
])("%s %s is left to Next", async (method, address) => {
  const { status } = await send(address, {}, method);
  expect([status, passed.at(-1)]).toEqual([299, `${method} ${address}`]);
});

test("what is answered directly has the guard's headers and the request's id, for whoever is signed in", async () => {
  const person = await insertPerson({ role: "viewer" });
  await insertCertificates(
    person.accountId,
    Array.from({ length: 50 }, (_, at) => ({ name: `host-${at}.example.test` })),
  );
  const cookie = await cookieOf(person);
  const list = await send("/api/certificates?q=host-1", { ...cookie, "x-request-id": "from-the-client" });
  expect(list.status).toBe(200);
  expect(list.headers).toMatchObject({
    ...{ "content-type": "application/json", "cache-control": "no-store", vary: "accept-encoding" },
    ...{ "x-request-id": "from-the-client", "x-content-type-options": "nosniff" },
    "content-security-policy": expect.stringContaining("default-src 'none'"),
  });
  expect(jsonOf(list)).toMatchObject({ rows: expect.any(Array) });
  expect(list.headers["content-encoding"]).toBeUndefined();

  const packed = await send("/api/certificates", { ...cookie, "accept-encoding": "br, gzip;q=0.8" });
  expect(packed.headers["content-encoding"]).toBe("gzip");
  const { rows } = JSON.parse(gunzipSync(packed.body).toString());
  expect(rows).toHaveLength(50);
  for (const refusal of ["gzip;q=0", "br", "xgzip", "gzip;q=0.000, br"]) {
    const plain = await send("/api/certificates", { ...cookie, "accept-encoding": refusal });
    expect([refusal, plain.headers["content-encoding"]]).toEqual([refusal, undefined]);
  }
});

test("nobody, a role that may not, another account's thing and bad input are refused as they are through Next", async () => {
  expect(await send("/api/certificates")).toMatchObject({ status: 401 });
  expect(await send("/api/certificates", { cookie: `${sessionCookieName()}=x` })).toMatchObject({ status: 401 });
  const viewer = await cookieOf(await insertPerson({ role: "viewer" }));
  expect(await send("/api/cleanup", viewer)).toMatchObject({ status: 403 });
  expect(await send(`/api/removals/bulk/${newId()}`, viewer)).toMatchObject({ status: 404 });
  const bad = await send("/api/cleanup/effect?retentionDays=31", await cookieOf(await insertPerson({ role: "admin" })));
  expect([bad.status, jsonOf(bad)]).toEqual([400, { problem: expect.objectContaining({ code: "invalid_input" }) }]);
});
