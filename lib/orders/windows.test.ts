import { afterAll, beforeAll, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { issuances } from "@/drizzle/schema/orders";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertPerson } from "@/drizzle/test-rows";
import { makeAcmeIssuer } from "@/e2e/acme-issuer";
import { startWindowServer, type WindowServer } from "@/e2e/acme-window-server";
import { mintJobScope } from "@/lib/auth/scope";
import { askWindows } from "@/lib/orders/windows";
import { issuanceOf, NO_HURRY } from "./test-orders";

process.env.CERTSWEEP_PROBE_NETWORKS = "public,private,loopback";
useTestDatabase();

let server: WindowServer;
beforeAll(async () => {
  server = await startWindowServer();
});
afterAll(() => server.stop());

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const notBefore = new Date("2026-10-01T00:00:00Z");
const notAfter = new Date(notBefore.getTime() + 90 * DAY_MS);
const middle = new Date(notBefore.getTime() + 45 * DAY_MS);
const usual = new Date(notBefore.getTime() + 60 * DAY_MS);

const ask = (now: Date) =>
  askWindows({ clock: () => now, signal: NO_HURRY, scopeOf: (accountId) => mintJobScope(accountId, "Certsweep") });

async function makeIssued(given: Partial<typeof issuances.$inferInsert> = {}) {
  const admin = await insertPerson({ role: "admin" });
  const issuerId = await makeAcmeIssuer(admin, { directoryUrl: server.directoryUrl, caBundle: server.ca });
  const made = await insertCertificate(admin.accountId, {
    ...{ source: "issued", notBefore, notAfter, details: { authorityKeyId: "0102", serialHex: "0a" } },
  });
  await database()
    .insert(issuances)
    .values({
      ...{
        accountId: admin.accountId,
        certificateId: made.id,
        issuerId,
        serialHex: "0a",
        fingerprint: made.fingerprint,
      },
      ...{ notBefore, notAfter, renewAt: usual, nextAriAt: middle, ...given },
    });
  return {
    read: () => issuanceOf(admin, made.id),
    asked: () => server.asked.filter(({ url }) => url.pathname === "/window/AQI.Cg").length,
  };
}

test("a certificate in the last half of its validity is renewed when its CA suggests it, and not before it is asked", async () => {
  const start = new Date(notBefore.getTime() + 50 * DAY_MS);
  const end = new Date(start.getTime() + 2 * DAY_MS);
  server.suggest({ start, end, retryAfter: "7200" });
  const { read, asked } = await makeIssued();
  const before = asked();
  await ask(new Date(middle.getTime() - 1));
  expect([asked(), (await read()).renewAt]).toEqual([before, usual]);
  await ask(middle);
  const first = await read();
  expect(asked()).toBe(before + 1);
  expect(first.nextAriAt).toEqual(new Date(middle.getTime() + 2 * HOUR_MS));
  expect(first.renewAt?.getTime()).toBeGreaterThanOrEqual(start.getTime());
  expect(first.renewAt?.getTime()).toBeLessThanOrEqual(end.getTime());
  // Asked again, it stays where it is.
  await ask(new Date(middle.getTime() + 2 * HOUR_MS));
  expect((await read()).renewAt).toEqual(first.renewAt);
  // The CA has to revoke soon: the window is over already.
  const later = new Date(middle.getTime() + 4 * HOUR_MS);
  server.suggest({ start: notBefore, end: new Date(notBefore.getTime() + DAY_MS) });
  await ask(later);
  expect(await read()).toMatchObject({ renewAt: later, nextAriAt: new Date(later.getTime() + 6 * HOUR_MS) });
});

test("a window moves nothing where nobody can renew by itself", async () => {
  server.suggest({ start: notBefore, end: notBefore });
  const { read } = await makeIssued({ renewAt: null, renewalProblem: "Somebody has to set a DNS record for it." });
  await ask(middle);
  expect(await read()).toMatchObject({ renewAt: null, nextAriAt: new Date(middle.getTime() + 6 * HOUR_MS) });
});

test("a CA that does not answer is asked again later, and the usual time stays", async () => {
  server.suggest({ start: notBefore, end: notAfter });
  const { read } = await makeIssued();
  server.fault(() => "break");
  await ask(middle);
  server.fault(null);
  expect(await read()).toMatchObject({ renewAt: usual, nextAriAt: new Date(middle.getTime() + 6 * HOUR_MS) });
});

test("two servers ask once", async () => {
  server.suggest({ start: notBefore, end: notAfter });
  const { asked } = await makeIssued();
  const before = asked();
  await Promise.all([ask(middle), ask(middle)]);
  expect(asked()).toBe(before + 1);
});

test("what has expired is neither asked about nor renewed by itself any more", async () => {
  const { read, asked } = await makeIssued();
  const before = asked();
  await ask(new Date(notAfter.getTime() + 1));
  expect([asked(), await read()]).toMatchObject([before, { renewAt: null, nextAriAt: null }]);
});
