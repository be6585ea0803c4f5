import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { authorities } from "@/drizzle/schema/issuers";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { type Openssl, opensslIn } from "@/e2e/openssl";
import { type IssuedLeaf, insertPrivateIssuer, issueLeaf, revokeLeaf } from "@/e2e/private-ca";
import { mintJobScope, type Scope } from "@/lib/auth/scope";
import { saveSettings } from "@/lib/cleanup/commands";
import { BRAKE_PERCENT_MAX, CLEANUP_DEFAULTS } from "@/lib/cleanup/rules";
import { carryOut } from "@/lib/cleanup/run";
import { claimRequestedRun } from "@/lib/cleanup/schedule";
import { newId } from "@/lib/ids";
import { publishedCertificate, publishedList } from "@/lib/issuers/answers";
import { republish } from "@/lib/issuers/authorities";
import { retireIssuer } from "@/lib/issuers/change";
import { issuerTasks } from "@/lib/issuers/job";
import { pemText } from "@/lib/pki/text";
import { removeCertificate } from "@/lib/removal/commands";

useTestDatabase();

const now = TEST_NOW;
const DAY = 86_400_000;
const HOUR = 3_600_000;
const later = (ms: number) => new Date(now.getTime() + ms);
const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-lists-"));
let openssl: Openssl | null = null;
beforeAll(async () => {
  openssl = await opensslIn(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function authorityOf({ accountId }: Scope, role: "root" | "intermediate"): Promise<string> {
  const [row] = await database()
    .select({ id: authorities.id })
    .from(authorities)
    .where(and(eq(authorities.accountId, accountId), eq(authorities.role, role)));
  return row?.id ?? "";
}

/** What openssl says of a leaf with every list of its chain, as they are published at a moment. */
async function verdict(scope: Scope, leaf: IssuedLeaf, at: Date): Promise<string> {
  const put = (name: string, ...texts: string[]) => writeFileSync(path.join(folder, name), `${texts.join("\n")}\n`);
  const lists: string[] = [];
  for (const role of ["root", "intermediate"] as const) {
    const id = await authorityOf(scope, role);
    const list = await publishedList(id, at);
    if (list !== null) lists.push(pemText("X509 CRL", list.crl));
    put(`${role}.pem`, pemText("CERTIFICATE", (await publishedCertificate(id))?.der ?? Buffer.alloc(0)));
  }
  put("leaf.pem", leaf.certificatePem);
  put("lists.pem", ...lists);
  const said = await openssl?.(
    ...["verify", "-x509_strict", "-attime", String(Math.floor(at.getTime() / 1_000)), "-crl_check_all"],
    ...["-CAfile", "root.pem", "-untrusted", "intermediate.pem", "-CRLfile", "lists.pem", "leaf.pem"],
  );
  return said?.text ?? "";
}

test("openssl trusts a leaf with the lists of its chain until it is revoked, and its neighbour afterwards too", async (context) => {
  if (openssl === null) return context.skip("there is no openssl");
  for (const keyAlgorithm of ["ec_p256", "rsa_2048"] as const) {
    const scope = await insertPerson({ role: "admin" });
    const { issuerId } = await insertPrivateIssuer(scope, { keyAlgorithm }, now);
    const [leaf, neighbour] = [await issueLeaf(scope, { issuerId }, now), await issueLeaf(scope, { issuerId }, now)];
    expect(await verdict(scope, leaf, later(1_000))).toBe("leaf.pem: OK\n");
    await revokeLeaf(scope, leaf, later(2_000));
    expect(await verdict(scope, leaf, later(3_000))).toContain("certificate revoked");
    expect(await verdict(scope, neighbour, later(3_000))).toBe("leaf.pem: OK\n");
    await retireIssuer(scope, { issuerId, isRetired: true }, now);
    expect(await verdict(scope, leaf, later(3 * DAY + HOUR))).toContain("certificate revoked");
  }
});

test("a list says its number, its times, and of each certificate when and why it was revoked", async (context) => {
  if (openssl === null) return context.skip("there is no openssl");
  const scope = await insertPerson({ role: "admin" });
  const { issuerId, name } = await insertPrivateIssuer(scope, {}, now);
  const id = await authorityOf(scope, "intermediate");
  const text = async (at: Date) => {
    writeFileSync(path.join(folder, "list.der"), (await publishedList(id, at))?.crl ?? "");
    return (await openssl?.("crl", "-inform", "DER", "-in", "list.der", "-noout", "-text"))?.text ?? "";
  };
  const first = await text(now);
  expect(first).toContain("No Revoked Certificates.");
  expect(first).toMatch(/X509v3 CRL Number: \s+1\n/);
  const [one, other] = [await issueLeaf(scope, { issuerId }, now), await issueLeaf(scope, { issuerId }, now)];
  await revokeLeaf(scope, one, later(HOUR), "keyCompromise");
  await revokeLeaf(scope, other, later(2 * HOUR), "unspecified");
  const third = await text(later(3 * HOUR));
  expect(third).toContain(`Issuer: O = Example, CN = ${name} Issuing`);
  expect(third).toContain("Last Update: Nov 22 14:00:00 2026 GMT");
  expect(third).toContain("Next Update: Nov 25 14:00:00 2026 GMT");
  expect(third).toMatch(/X509v3 CRL Number: \s+3\n/);
  expect(third).toMatch(/X509v3 Authority Key Identifier: \s+\S+/);
  const entries = third.split("Serial Number: ").slice(1);
  expect(entries.map((entry) => entry.split("\n")[0]?.toLowerCase())).toEqual([one.serialHex, other.serialHex]);
  expect(entries[0]).toContain("Revocation Date: Nov 22 13:00:00 2026 GMT");
  expect(entries[0]).toMatch(/X509v3 CRL Reason Code: \s+Key Compromise/);
  expect(entries[1]).not.toContain("Reason Code");
});

test("several revocations and lists at once give numbers that grow by one each, and a last list with all of them", async () => {
  const scope = await insertPerson({ role: "admin" });
  const { issuerId } = await insertPrivateIssuer(scope, {}, now);
  const id = await authorityOf(scope, "intermediate");
  const leaves: IssuedLeaf[] = [];
  for (let count = 0; count < 6; count += 1) leaves.push(await issueLeaf(scope, { issuerId }, now));
  await Promise.all([
    ...leaves.map((leaf) => revokeLeaf(scope, leaf, later(1_000))),
    ...leaves.map(() => database().transaction((tx) => republish(tx, scope, id, later(1_000)))),
    issueLeaf(scope, { issuerId }, now),
  ]);
  const list = await publishedList(id, later(2_000));
  expect(list?.crlNumber).toBe(1 + 12);
  for (const { serialHex } of leaves) expect(list?.crl.includes(Buffer.from(serialHex, "hex"))).toBe(true);
});

test("a list is signed again before it runs out: by the job with two days left, and once by whoever asks after it has", async () => {
  const scope = await insertPerson({ role: "admin" });
  await insertPrivateIssuer(scope, {}, now);
  const id = await authorityOf(scope, "intermediate");
  const tickAt = async (at: Date) => {
    await issuerTasks({ clock: () => at, signal: new AbortController().signal }).authorities_tick();
    const list = await publishedList(id, at);
    return [list?.crlNumber, list?.crlThisUpdate];
  };
  expect(await tickAt(later(DAY - 1))).toEqual([1, now]);
  expect(await tickAt(later(DAY))).toEqual([2, later(DAY)]);
  expect(await tickAt(later(DAY))).toEqual([2, later(DAY)]);
  // No server ran for a week.
  const lists = await Promise.all(Array.from({ length: 5 }, () => publishedList(id, later(8 * DAY))));
  for (const list of lists) {
    expect(list).toMatchObject({ crlNumber: 3, crlThisUpdate: later(8 * DAY), crlNextUpdate: later(11 * DAY) });
  }
});

test("a revoked certificate stays in the list after it was deleted here, until 30 days after it has expired", async (context) => {
  if (openssl === null) return context.skip("there is no openssl");
  const scope = await insertPerson({ role: "member" });
  const { issuerId } = await insertPrivateIssuer(scope, {}, now);
  const leaf = await issueLeaf(scope, { issuerId, days: 10 }, now);
  await revokeLeaf(scope, leaf, later(HOUR));
  const outcome = await removeCertificate(scope, { id: leaf.certificateId, now: later(2 * HOUR) });
  expect(outcome).toMatchObject({ kind: "removed" });
  expect(await database().$count(certificates, eq(certificates.id, leaf.certificateId))).toBe(0);
  expect(await verdict(scope, leaf, later(3 * HOUR))).toContain("certificate revoked");
  const id = await authorityOf(scope, "intermediate");
  const isListedAt = async (at: Date) =>
    (await publishedList(id, at))?.crl.includes(Buffer.from(leaf.serialHex, "hex")) ?? null;
  expect(await isListedAt(later(39 * DAY))).toBe(true);
  expect(await isListedAt(later(44 * DAY))).toBe(false);
});

test("a revoked certificate stays in the list after Certificate Cleanup removed it", async () => {
  const admin = await insertPerson({ role: "admin" });
  const { issuerId } = await insertPrivateIssuer(admin, {}, now);
  const leaf = await issueLeaf(admin, { issuerId, days: 10 }, now);
  await revokeLeaf(admin, leaf, later(HOUR));
  const at = later(18 * DAY);
  const settings = { ...CLEANUP_DEFAULTS, retentionDays: 7, brakePercent: BRAKE_PERCENT_MAX, seenUpdatedAt: null };
  await saveSettings(admin, { ...settings, now: at });
  const scope = mintJobScope(admin.accountId, "Certificate Cleanup");
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const claim = await claimRequestedRun(scope, request, at);
  if (claim === null) throw new Error("the run was not claimed");
  expect(await carryOut(scope, claim, { clock: () => at, signal: new AbortController().signal })).toBe("succeeded");
  expect(await database().$count(certificates, eq(certificates.id, leaf.certificateId))).toBe(0);
  const list = await publishedList(await authorityOf(admin, "intermediate"), at);
  expect(list?.crl.includes(Buffer.from(leaf.serialHex, "hex"))).toBe(true);
  expect(list?.crlThisUpdate).toEqual(at);
});
