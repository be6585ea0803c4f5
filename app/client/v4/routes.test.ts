import { readdirSync } from "node:fs";
import { Agent, createServer, type IncomingMessage, request } from "node:http";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson } from "@/drizzle/test-rows";
import { createToken } from "@/lib/tokens/commands";
import { answerPlainRequest, CLOUDFLARE_ROUTES } from "./routes";

useTestDatabase();

const passed: string[] = [];
const server = createServer((request: IncomingMessage, response) => {
  if (answerPlainRequest(request, response)) return;
  passed.push(`${request.method} ${request.url}`);
  response.writeHead(299).end();
});
let base = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  base = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

test("the table has every route that is a file, but the one for everything else", () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
    .map((file) => `/${file.replaceAll(path.sep, "/")}`)
    .filter((file) => file.endsWith("/route.ts"))
    .map((file) => path.posix.dirname(file));
  expect(Object.keys(CLOUDFLARE_ROUTES).sort()).toEqual(files.filter((file) => file !== "/[[...path]]").sort());
});

type Sent = { method: string; path: string; agent?: Agent; token?: string; body?: Buffer };

/** The status of the answer. Other than fetch, it leaves addresses as they are and does not say how long a body is. */
function send({ body, token, ...options }: Sent): Promise<number | undefined> {
  const { port, hostname } = new URL(base);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: hostname, headers, ...options }, (answer) => {
      answer.resume().once("end", () => resolve(answer.statusCode));
    });
    sent.once("error", reject);
    if (body !== undefined) sent.write(body);
    sent.end();
  });
}

test.each([
  ["GET", "/client/v4"],
  ["GET", "/client/v4/zones"],
  ["GET", "/client/v4/accounts/"],
  ["GET", "/client/v4x/accounts"],
  ["GET", "/client/v4/accounts/a%62/mtls_certificates"],
  ["GET", "/client/v4/accounts/../accounts"],
  ["HEAD", "/client/v4/accounts"],
  ["OPTIONS", "/client/v4/accounts"],
  ["GET", "/"],
])("%s %s is left to Next", async (method, address) => {
  const status = await send({ method, path: address });
  expect([status, passed.at(-1)]).toEqual([299, `${method} ${address}`]);
});

test("what is answered directly has the envelope, the guard's headers and the request's id", async () => {
  const person = await insertPerson({ role: "member" });
  const { token } = await createToken(person, { name: "deploy", role: "member", days: 1, ranges: [], now: new Date() });
  const here = `${base}/client/v4/accounts/${person.accountId}/mtls_certificates`;
  const ask = (address: string, init: RequestInit = {}) =>
    fetch(address, { ...init, headers: { authorization: `Bearer ${token}`, "x-request-id": "from-the-client" } });

  const list = await ask(`${here}?type=custom&type=other&page=1`);
  expect(list.status).toBe(200);
  expect(list.headers.get("x-request-id")).toBe("from-the-client");
  expect(list.headers.get("x-content-type-options")).toBe("nosniff");
  expect(list.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(list.headers.get("cache-control")).toBe("no-store");
  expect(await list.json()).toMatchObject({ success: true, result: [], result_info: { page: 1, total_count: 0 } });

  const whole = await ask(here);
  expect(await whole.json()).toMatchObject({ success: true, result: [], result_info: { count: 0 } });
  expect((await ask(`${here}/nonsense`)).status).toBe(404);
  expect((await ask(here, { method: "PATCH" })).status).toBe(405);
  expect((await ask(here, { method: "POST", body: "{" })).status).toBe(400);
  expect((await fetch(here)).status).toBe(401);

  // More than the sockets hold: its answer has to get through all the same, and the connection to go on.
  const body = Buffer.alloc(11 * 1024 * 1024, " ");
  const long = await ask(here, { method: "POST", body });
  expect([long.status, await long.json()]).toEqual([413, expect.objectContaining({ success: false })]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const address = here.slice(base.length);
  expect(await send({ method: "POST", path: address, agent, token, body })).toBe(413);
  expect(await send({ method: "DELETE", path: `${address}/nonsense`, agent, token })).toBe(404);
  expect(await send({ method: "GET", path: address, agent, token })).toBe(200);
  agent.destroy();
});
