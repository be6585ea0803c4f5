import { createServer, type Server } from "node:http";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { revocationDownloads, revocationLists } from "@/drizzle/schema/revocation";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson } from "@/drizzle/test-rows";
import type { Scope } from "@/lib/auth/scope";
import { type GeneratedCertificate, generateCertificate } from "@/lib/certificates/generate";
import { newId } from "@/lib/ids";
import { parseNetworks } from "@/lib/network/rules";
import { makeList } from "@/lib/pki/test-list";
import { readSingle } from "@/lib/pki/verify-subject";
import { forgetLists, obtainList } from "@/lib/revocation/lists";

useTestDatabase();

const HOUR_MS = 3_600_000;
const now = new Date("2026-11-22T12:00:00Z");
const at = (hours: number) => new Date(now.getTime() + hours * HOUR_MS);

let server: Server;
let url = "";
let served: Uint8Array = Buffer.alloc(0);
let downloads = 0;
let ca: GeneratedCertificate;
let scope: Scope;

beforeAll(async () => {
  server = createServer((_, response) => {
    downloads += 1;
    response.end(served);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/crl`;
  const span = { notBefore: at(-9_000), notAfter: at(9_000) };
  ca = await generateCertificate({ subjectCommonName: "CA", isCa: true, ...span });
});
beforeEach(async () => {
  scope = await insertPerson();
  served = await makeList(ca, { thisUpdate: at(-1), nextUpdate: at(48) });
  downloads = 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function obtain({ moment = now, maxAgeMs = 24 * HOUR_MS, by = ca } = {}) {
  const networks = parseNetworks("loopback");
  const issuer = readSingle(by.der);
  if (networks === null || issuer === undefined) throw new Error("nothing to ask with");
  const options = { networks, signal: new AbortController().signal, now: moment, sparesHosts: false };
  return obtainList(scope, { url, issuer, maxAgeMs }, options);
}

test("a list is kept until its end, or until it is too old for whoever asks", async () => {
  await obtain();
  await obtain({ moment: at(23) });
  expect(downloads).toBe(1);
  await obtain({ moment: at(25) });
  expect(downloads).toBe(2);
  await obtain({ moment: at(48.1), maxAgeMs: 90 * HOUR_MS });
  expect(downloads).toBe(3);
  await forgetLists(at(48.1));
  expect(await database().select().from(revocationLists).where(eq(revocationLists.accountId, scope.accountId))).toEqual(
    [],
  );
});

test("each account and each issuer's key has its own", async () => {
  await obtain();
  scope = await insertPerson();
  await obtain();
  expect(downloads).toBe(2);
  const twin = await generateCertificate({ subjectCommonName: "CA", isCa: true, notBefore: at(-9), notAfter: at(9) });
  expect(await obtain({ by: twin })).toMatchObject({ kind: "failed", sentence: expect.stringContaining("not signed") });
  expect(await obtain()).toMatchObject({ kind: "list" });
  expect(downloads).toBe(3);
});

test("an older list does not take the place of a newer one", async () => {
  served = await makeList(ca, { thisUpdate: at(-1), nextUpdate: at(48) });
  await obtain();
  served = await makeList(ca, { thisUpdate: at(-2), nextUpdate: at(47) });
  expect(await obtain({ maxAgeMs: 0 })).toMatchObject({ thisUpdate: at(-1) });
  expect(downloads).toBe(2);
  served = await makeList(ca, { thisUpdate: at(0), nextUpdate: at(49) });
  expect(await obtain({ maxAgeMs: 0, moment: at(1) })).toMatchObject({ thisUpdate: at(0) });
  expect(await obtain({ moment: at(2) })).toMatchObject({ thisUpdate: at(0) });
  expect(downloads).toBe(3);
});

/** As if another server had begun to download it so many milliseconds before its lease ends. */
async function claimElsewhere(leaseMs: number): Promise<void> {
  await obtain();
  const [place] = await database().select().from(revocationLists).where(eq(revocationLists.accountId, scope.accountId));
  if (place === undefined) throw new Error("no list was kept");
  const { accountId, urlHash, issuerKeyHash } = place;
  await database().delete(revocationLists).where(eq(revocationLists.accountId, scope.accountId));
  const leaseUntil = new Date(Date.now() + leaseMs);
  await database()
    .insert(revocationDownloads)
    .values({ accountId, urlHash, issuerKeyHash, claim: newId(), leaseUntil });
  downloads = 0;
}

test("while another server downloads it nobody else does, and what a dead one began is taken over", async () => {
  await claimElsewhere(60_000);
  const waiting = obtain();
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(downloads).toBe(0);
  await database().delete(revocationDownloads);
  expect(await waiting).toMatchObject({ kind: "list" });
  expect(downloads).toBe(1);

  scope = await insertPerson();
  await claimElsewhere(-1);
  expect(await obtain()).toMatchObject({ kind: "list" });
  expect(downloads).toBe(1);
  expect(await database().select().from(revocationDownloads)).toEqual([]);
});
