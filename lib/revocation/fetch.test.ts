import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { parseNetworks } from "@/lib/network/rules";
import { fetchAnswer, fetchList, webAddresses } from "@/lib/revocation/fetch";

/** What a name stands for changes with every look-up. */
const names = vi.hoisted(() => ({ answers: [""], asked: 0 }));
vi.mock("node:dns/promises", () => ({
  lookup: async () => {
    const address = names.answers[Math.min(names.asked, names.answers.length - 1)];
    names.asked += 1;
    return [{ address, family: 4 }];
  },
}));

let server: Server;
let port = 0;
let requests = 0;
beforeAll(async () => {
  server = createServer((_, response) => {
    requests += 1;
    response.end("octets");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
beforeEach(() => {
  names.asked = 0;
  requests = 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

function options(text: string) {
  const networks = parseNetworks(text);
  if (networks === null) throw new Error(`${text} was not read`);
  return { networks, signal: new AbortController().signal, now: new Date(), sparesHosts: false };
}

test("a name is looked up once, and the connection goes to what was found then", async () => {
  names.answers = ["127.0.0.1", "169.254.169.254"];
  const fetched = await fetchList(`http://ca.example.test:${port}/crl`, options("loopback"));
  expect(fetched).toMatchObject({ kind: "fetched" });
  expect([names.asked, requests]).toEqual([1, 1]);
});

test.each([
  ["169.254.169.254", "is a link-local address"],
  ["100.100.100.200", "is a cloud metadata address"],
  ["127.0.0.1", "is a loopback address"],
  ["0.0.0.0", "is a nameless address"],
])("a name that stands for %s is not connected to, whatever it stood for before", async (address, reason) => {
  names.answers = [address];
  const fetched = await fetchAnswer(`http://ca.example.test:${port}/ocsp`, Buffer.from("x"), options("public,private"));
  expect(fetched).toMatchObject({ kind: "failed", sentence: expect.stringContaining(reason) });
  expect(requests).toBe(0);
});

test("only addresses of the web are asked", () => {
  const urls = ["http://a.test/x", "https://b.test/", "ldap:///CN=x", "file:///etc/passwd", "javascript:1", "x", ""];
  expect(webAddresses(urls).map(({ host }) => host)).toEqual(["a.test", "b.test"]);
});
