import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { connect } from "./client.mjs";
import { EXIT, Stopped } from "./failure.mjs";
import { walk } from "./pages.mjs";

const servers = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close() && server.closeAllConnections())));

/** A client of a server that gives these answers, one a request, and what was asked of it. */
async function serve(...answers) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const line = `${request.method} ${request.url}`;
    asked.push({ line, headers: request.headers, body: await text(request) });
    const [status, headers, body] = answers[Math.min(asked.length, answers.length) - 1];
    if (status === 0) return request.socket.destroy();
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body ?? {}));
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const stopping = new AbortController();
  const notes = [];
  const url = new URL(`http://127.0.0.1:${server.address().port}/`);
  const client = connect({
    url,
    token: "csw_t",
    agent: "certsweep/test",
    stop: stopping.signal,
    note: (sentence) => notes.push(sentence),
  });
  return { client, asked, notes, stopping, server };
}

const failureOf = (promise) =>
  promise.then(
    () => null,
    (error) => error,
  );

test("it waits as long as the server asks, and sends the same request again", async () => {
  const { client, asked, notes } = await serve([429, { "retry-after": "1" }], [503, { "retry-after": "0" }], [200]);
  const form = new FormData();
  form.append("files", new File(["octets"], "a.pem"));
  const answer = await client.call("POST", "/certificates", { form, key: "k" });
  expect(answer).toMatchObject({ ok: true, status: 200 });
  expect(asked.map(({ headers }) => headers["idempotency-key"])).toEqual(["k", "k", "k"]);
  expect(new Set(asked.map(({ headers, body }) => `${headers["content-type"]} ${body}`)).size).toBe(1);
  expect(asked[0].body).toContain("octets");
  expect(asked[0]).toMatchObject({ line: "POST /api/v1/certificates", headers: { authorization: "Bearer csw_t" } });
  expect(notes).toEqual([expect.stringContaining("Going on in 1 s")]);
});

test("a connection that breaks is tried again once the server has answered before", async () => {
  const { client, asked } = await serve([200], [0], [200, {}, { id: "x" }]);
  await client.call("GET", "/a");
  expect(await client.call("GET", "/b")).toMatchObject({ value: { id: "x" } });
  expect(asked).toHaveLength(3);
});

test("a server that is not there is said at once", async () => {
  const { client, server } = await serve([200]);
  server.close();
  await once(server, "close");
  expect(await failureOf(client.call("GET", "/a"))).toMatchObject({
    exit: EXIT.access,
    message: expect.stringMatching(/cannot be reached: nothing listens there\.$/),
  });
});

test("what no other request could do better ends the program, with the code for it", async () => {
  for (const [status, headers, body] of [
    [401, {}, { detail: "Unknown." }],
    [403, {}, { detail: "A token with the role viewer may not do this." }],
    [302, { location: "https://elsewhere.example/" }, {}],
    [200, { "content-type": "text/html" }, {}],
    [404, { "content-type": "text/html" }, {}],
    [429, { "retry-after": "9999" }, {}],
  ]) {
    const { client, asked } = await serve([status, headers, body]);
    expect(await failureOf(client.call("GET", "/a")), String(status)).toMatchObject({ exit: EXIT.access });
    expect(asked).toHaveLength(1);
  }
});

test("a refusal that a command can explain is its answer", async () => {
  const { client } = await serve([409, {}, { blockers: [{ blocker: "deployed", sentence: "In use." }] }]);
  expect(await client.call("DELETE", "/certificates/x")).toMatchObject({
    ok: false,
    status: 409,
    problem: { blockers: [{ blocker: "deployed" }] },
  });
});

test("Ctrl-C ends the waiting", async () => {
  const { client, stopping } = await serve([429, { "retry-after": "300" }]);
  const failure = failureOf(client.call("GET", "/a"));
  setTimeout(() => stopping.abort(), 100);
  expect(await failure).toBeInstanceOf(Stopped);
});

test("a list is walked page by page, and no further than asked", async () => {
  const page = (rows, next_cursor) => [200, {}, { rows, next_cursor }];
  const list = { path: "/rows", field: "rows", query: { q: "a b" } };
  const full = await serve(page([1, 2], "c1"), page([3], null));
  const rows = [];
  for await (const row of walk(full.client, list, { limit: Number.POSITIVE_INFINITY })) rows.push(row);
  expect(rows).toEqual([1, 2, 3]);
  expect(full.asked.map(({ line }) => line)).toEqual(["GET /api/v1/rows?q=a+b", "GET /api/v1/rows?q=a+b&cursor=c1"]);

  const part = await serve(page([1, 2], "c1"));
  const walking = walk(part.client, list, { limit: 2 });
  expect([await walking.next(), await walking.next(), await walking.next()]).toMatchObject([
    { value: 1 },
    { value: 2 },
    { value: true, done: true },
  ]);
  expect(part.asked).toHaveLength(1);
});
