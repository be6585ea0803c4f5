import { globalAgent } from "node:https";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ProtocolServer, startProtocolServer } from "@/e2e/destinations/protocol-server";
import { ANYWHERE, NO_HURRY, USUAL } from "@/e2e/destinations/test-copy";
import { vettedFetch } from "@/lib/network/vetted-fetch";
import { vettedRequest } from "@/lib/network/vetted-request";

let server: ProtocolServer;
beforeAll(async () => {
  server = await startProtocolServer(({ body }) => ({
    status: 200,
    headers: { "x-kept": "yes" },
    body: `got ${body}`,
  }));
  globalAgent.options.ca = server.ca;
});
afterEach(() => {
  server.fault(null);
  server.asked.length = 0;
});
afterAll(() => server.stop());

const anywhere = { networks: ANYWHERE.networks, signal: NO_HURRY };
const get = { method: "GET", headers: {}, body: null };

test("a request arrives as it is, but for what the connection decides", async () => {
  const headers = { "X-Own": "1", Expect: "100-continue", "Accept-Encoding": "gzip", Connection: "keep-alive" };
  const answer = await vettedRequest({ url: `${server.origin}/a?b=c`, method: "PUT", headers, body: "ü" }, anywhere);
  expect({ ...answer, body: answer.body.toString() }).toMatchObject({
    status: 200,
    body: "got ü",
    headers: { "x-kept": "yes" },
  });
  expect(server.asked).toMatchObject([{ method: "PUT", body: "ü" }]);
  expect(server.asked[0]?.url.search).toBe("?b=c");
  expect(server.asked[0]?.headers).toMatchObject({
    "x-own": "1",
    "accept-encoding": "identity",
    connection: "close",
    "content-length": "2",
  });
  expect(server.asked[0]?.headers.expect).toBeUndefined();
});

test("a redirect is an answer like any other", async () => {
  server.fault(() => ({ status: 302, headers: { location: `${server.origin}/elsewhere` } }));
  expect(await vettedRequest({ ...get, url: server.origin }, anywhere)).toMatchObject({ status: 302 });
  const fetched = await vettedFetch(ANYWHERE.networks)(server.origin);
  expect([fetched.status, fetched.headers.get("location")]).toEqual([302, `${server.origin}/elsewhere`]);
  expect(server.asked).toHaveLength(2);
});

test.each([
  ...["https://localhost:1", "https://127.0.0.1:1", "https://2130706433:1", "https://0177.0.0.1:1", "https://0x7f.1:1"],
  ...["https://[::1]:1", "https://[::ffff:127.0.0.1]:1", "https://[::ffff:7f00:1]:1"],
])("%s is this machine, however it is written", async (url) => {
  await expect(vettedRequest({ ...get, url }, { ...anywhere, networks: USUAL.networks })).rejects.toMatchObject({
    code: "blocked",
    message: expect.stringContaining("is a loopback address"),
  });
});

test.each([
  "https://169.254.169.254",
  "https://[fd00:ec2::254]",
  "https://224.0.0.1",
  "https://0.0.0.0",
  "https://2852039166",
])("%s is never connected to", async (url) => {
  await expect(vettedRequest({ ...get, url }, anywhere)).rejects.toMatchObject({ code: "blocked" });
});

test("plain http goes to this machine and no further", async () => {
  await expect(vettedRequest({ ...get, url: "http://192.0.2.1" }, anywhere)).rejects.toThrow(
    "Plain http is for this machine",
  );
  await expect(vettedRequest({ ...get, url: "http://127.0.0.1:1" }, anywhere)).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
});

test("plain http goes elsewhere only for those who say so, and to allowed addresses only", async () => {
  const options = { ...anywhere, networks: USUAL.networks, plainHttp: true, signal: AbortSignal.timeout(200) };
  await expect(vettedRequest({ ...get, url: "http://192.0.2.1" }, options)).rejects.not.toMatchObject({
    code: "blocked",
  });
  await expect(vettedRequest({ ...get, url: "http://169.254.169.254" }, options)).rejects.toThrow(
    "Certsweep never connects",
  );
  await expect(vettedRequest({ ...get, url: "http://127.0.0.1:1" }, options)).rejects.toThrow("is a loopback address");
});

test("how much is read is for the caller to say", async () => {
  server.fault(() => ({ status: 200, body: Buffer.alloc(1_000) }));
  const read = (limitBytes: number) => vettedRequest({ ...get, url: server.origin }, { ...anywhere, limitBytes });
  expect((await read(1_000)).body).toHaveLength(1_000);
  await expect(read(999)).rejects.toThrow("longer than Certsweep reads");
});

test("an answer without end is broken off, and so is one that does not come", async () => {
  server.fault(() => ({ status: 200, body: Buffer.alloc(8_000_000) }));
  await expect(vettedRequest({ ...get, url: server.origin }, anywhere)).rejects.toThrow("longer than Certsweep reads");
  server.fault(() => "hang");
  const stop = new AbortController();
  const call = vettedRequest({ ...get, url: server.origin }, { ...anywhere, signal: stop.signal });
  await expect.poll(() => server.asked.length).toBe(2);
  stop.abort();
  await expect(call).rejects.toThrow();
});
