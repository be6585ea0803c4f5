import net from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { createServer } from "./http-server.mjs";

const servers = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Everything that the server says to these octets, until it closes the connection. */
async function say(octets, { limits = {}, answer = (_request, response) => response.end("fine") } = {}) {
  const server = createServer(limits).on("request", answer);
  servers.push(server);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = net.connect(server.address().port, "127.0.0.1");
  socket.write(octets);
  const said = await text(socket);
  const [head, body] = said.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), type: /content-type: (.+)/i.exec(head)?.[1], body };
}

const flood = Array.from({ length: 3_000 }, (_, number) => `x-${number}: ${"y".repeat(20)}\r\n`).join("");
const HASTY = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 };
const envelope = (code) => ({
  success: false,
  errors: [{ code, message: expect.any(String) }],
  messages: [],
  result: null,
});

test.each([
  ["too many headers", `GET /client/v4/accounts HTTP/1.1\r\nhost: a\r\n${flood}\r\n`, 431, 6003],
  ["one that is too long", `GET /client/v4 HTTP/1.1\r\nx: ${"y".repeat(20_000)}\r\n\r\n`, 431, 6003],
  ["a header that is none", "GET /client/v4/accounts HTTP/1.1\r\nhost a\r\n\r\n", 400, 6003],
  ["two lengths", "POST /client/v4/x HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400, 6003],
])("%s are refused in the envelope", async (_, octets, status, code) => {
  const said = await say(octets);
  expect([said.status, said.type]).toEqual([status, "application/json"]);
  expect(JSON.parse(said.body)).toEqual(envelope(code));
});

test("a body that stops coming is given up, in the envelope, although its answer was begun", async () => {
  const octets = "POST /client/v4/accounts HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{";
  const said = await say(octets, { limits: HASTY, answer: (request) => request.resume() });
  expect([said.status, said.type]).toEqual([408, "application/json"]);
  expect(JSON.parse(said.body)).toEqual(envelope(1484));
});

test("headers that stop coming are given up in words", async () => {
  const said = await say("GET /client/v4/accounts HTTP/1.1\r\nhost: a\r\n", { limits: HASTY });
  expect([said.status, said.body]).toEqual([408, "The request did not arrive in time.\n"]);
});

test("the API of our own is answered as a problem, everything else in words", async () => {
  const problem = await say(`GET /api/v1/certificates HTTP/1.1\r\n${flood}\r\n`);
  expect([problem.status, problem.type]).toEqual([431, "application/problem+json"]);
  expect(JSON.parse(problem.body)).toMatchObject({ status: 431, detail: "The headers are longer than 16 KB." });
  for (const octets of [`GET / HTTP/1.1\r\n${flood}\r\n`, "\u0016\u0003\u0001 no HTTP at all\r\n\r\n"]) {
    const said = await say(octets);
    expect(said.status).toBeGreaterThanOrEqual(400);
    expect([said.status < 500, said.type]).toEqual([true, "text/plain; charset=utf-8"]);
  }
});

test("an answer that was begun is not mixed with another", async () => {
  const octets = "POST /client/v4/accounts HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{";
  const answer = (request, response) => {
    request.resume();
    response.writeHead(200, { "content-length": 100 }).write("half of it");
  };
  const said = await say(octets, { limits: HASTY, answer });
  expect([said.status, said.body]).toEqual([200, "half of it"]);
});
