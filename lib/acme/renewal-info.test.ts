import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWindowServer, type WindowServer } from "@/e2e/acme-window-server";
import { json } from "@/e2e/destinations/protocol-server";
import { NO_HURRY } from "@/e2e/destinations/test-copy";
import { newOrder } from "@/lib/acme/orders";
import { readRenewalWindow, renewalIdOf } from "@/lib/acme/renewal-info";
import { makeAccountKey, openAccount } from "@/lib/acme/session";

process.env.DATABASE_URL ??= "postgres://nobody@127.0.0.1/none";
process.env.CERTSWEEP_SECRET ??= "a secret for tests only, 32 characters or more";
process.env.CERTSWEEP_ENCRYPTION_KEY ??= Buffer.alloc(32).toString("base64");
process.env.CERTSWEEP_PROBE_NETWORKS = "public,private,loopback";

let server: WindowServer;
beforeAll(async () => {
  server = await startWindowServer();
});
beforeEach(() => {
  server.fault(null);
  server.refuseReplacing(null);
  server.ordered.length = 0;
  server.asked.length = 0;
});
afterAll(() => server.stop());

const placeOf = () => ({ directoryUrl: server.directoryUrl, caBundle: server.ca });
const window = { start: new Date("2026-12-01T00:00:00Z"), end: new Date("2026-12-03T00:00:00Z") };
const ID = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";

test("a certificate is named by its issuer's key and its serial, as RFC 9773 has it in its example", () => {
  const authorityKeyId = "69885b6b87464041e1b37b847ba0ae2cde01c8d4";
  expect(renewalIdOf({ authorityKeyId, serialHex: "87654321" })).toBe(ID);
  expect(renewalIdOf({ authorityKeyId, serialHex: "07654321" })).toBe("aYhba4dGQEHhs3uEe6CuLN4ByNQ.B2VDIQ");
  expect(renewalIdOf({ authorityKeyId: null, serialHex: "01" })).toBeNull();
});

test("the window is read with the time of the next look, and nobody is asked who offers none", async () => {
  server.suggest({ ...window, retryAfter: "21600" });
  expect(await readRenewalWindow(placeOf(), ID, NO_HURRY)).toEqual({
    ...window,
    explanationUrl: null,
    retryAfterMs: 21_600_000,
  });
  expect(server.asked.at(-1)?.url.pathname).toBe(`/window/${ID}`);
  server.suggest(null);
  expect(await readRenewalWindow(placeOf(), ID, NO_HURRY)).toBeNull();
});

test("a window that ends before it begins is none, and an answer that is none is told", async () => {
  server.suggest({ start: window.end, end: window.start });
  await expect(readRenewalWindow(placeOf(), ID, NO_HURRY)).rejects.toThrow("cannot be read");
  server.suggest(window);
  server.fault(({ url }, answer) =>
    url.pathname === "/dir"
      ? answer()
      : json(429, { type: "urn:ietf:params:acme:error:rateLimited", detail: "Slow down" }, { "retry-after": "90" }),
  );
  await expect(readRenewalWindow(placeOf(), ID, NO_HURRY)).rejects.toMatchObject({
    ...{ kind: "throttled", retryAfterMs: 90_000, message: "The CA refused. Slow down." },
  });
});

test("an order names the certificate that it follows, and goes without where the CA does not want that", async () => {
  const account = { ...placeOf(), accountKey: makeAccountKey(), accountUrl: `${server.origin}/account/1` };
  const names = [{ type: "dns" as const, value: "www.example.test" }];
  const place = (replaces: string | null) => newOrder(openAccount(account, NO_HURRY), { names, replaces });
  server.suggest(window);
  await place(ID);
  await place(null);
  server.refuseReplacing("alreadyReplaced");
  await place(ID);
  server.refuseReplacing(null);
  server.suggest(null);
  await place(ID);
  expect(server.ordered.map(({ replaces }) => replaces)).toEqual([ID, undefined, ID, undefined, undefined]);
});

test("an address that is no directory, a broken connection and a page of a proxy are told in sentences", async () => {
  server.suggest(window);
  const read = () => readRenewalWindow(placeOf(), ID, NO_HURRY);
  server.fault(() => ({ status: 200, headers: { "content-type": "text/html" }, body: "<p>Hello" }));
  await expect(read()).rejects.toMatchObject({
    kind: "rejected",
    message: expect.stringMatching(/no ACME directory at this address/),
  });
  server.fault(() => "break");
  await expect(read()).rejects.toMatchObject({
    kind: "unreachable",
    message: expect.stringMatching(/^The CA cannot be reached\./),
  });
  server.fault(() => ({
    status: 503,
    headers: { "retry-after": "Sun, 22 Nov 2026 12:01:00 GMT", date: "Sun, 22 Nov 2026 12:00:00 GMT" },
  }));
  await expect(read()).rejects.toMatchObject({ kind: "unreachable", retryAfterMs: 60_000 });
  server.fault(null);
  await expect(readRenewalWindow({ ...placeOf(), caBundle: null }, ID, NO_HURRY)).rejects.toMatchObject({
    message: expect.stringContaining("Enter that one as the issuer's CA bundle"),
  });
});
