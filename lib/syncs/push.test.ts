import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import { syncs } from "@/drizzle/schema/use";
import { TEST_NOW } from "@/drizzle/test-rows";
import { mintJobScope } from "@/lib/auth/scope";
import { readCertificateFile } from "@/lib/certificates/detail";
import { openPrivateKey } from "@/lib/certificates/private-keys";
import { openSavedDestination } from "@/lib/destinations/open";
import { removeCertificate } from "@/lib/removal/commands";
import { claimSync } from "@/lib/syncs/claim";
import { checkNow, endSync, pushAgain } from "@/lib/syncs/commands";
import { carryOutSync } from "@/lib/syncs/push";
import { LEASE_MS, nextCheckAt } from "@/lib/syncs/rules";
import { eventsOf, filesIn, later, makeSynced, type Synced, syncOf, useCopies, work } from "./test-copies";

const { root } = useCopies();
const signal = new AbortController().signal;

const keyOf = ({ admin, syncId }: Synced) => ({ accountId: admin.accountId, syncId });
const knownOf = ({ certificateId, syncId }: Synced) => ({ certificateId, syncId });

async function isDeleted(synced: Synced, now: Date): Promise<boolean> {
  return (await removeCertificate(synced.admin, { id: synced.certificateId, now })).kind === "removed";
}

/** What a server does whose answer came and which died before it could write it down. */
async function pushAndDie(synced: Synced, now: Date): Promise<void> {
  const claim = await claimSync(keyOf(synced), now);
  const { destination } = await openSavedDestination(synced.admin, synced.destinationId);
  const file = await readCertificateFile(synced.admin, synced.certificateId);
  if (claim === null || file === null) throw new Error("there was nothing to push");
  const privateKey = await openPrivateKey(synced.admin, synced.certificateId);
  const { pem: certificate, chainPems: chain, ...rest } = file;
  const copy = { ...rest, ...knownOf(synced), certificate, chain, privateKey };
  await destination.push(copy, null, signal);
}

describe("a copy that is wished", () => {
  test("is pushed with its private key, looked at, and keeps its certificate", async () => {
    const synced = await makeSynced();
    expect(await isDeleted(synced, later(1))).toBe(false);
    await work(later(2));
    expect(filesIn(root, synced.folder)).toEqual([
      "www-example-test.crt",
      "www-example-test.key",
      "www-example-test.pem",
    ]);
    expect(await syncOf(synced)).toMatchObject({
      ...{ state: "active", error: null, attempts: 0, leaseUntil: null, nextAttemptAt: null },
      ...{ pushedAt: later(2), checkedAt: later(2), nextCheckAt: nextCheckAt(synced.syncId, later(2)) },
      ...{ remoteId: `${synced.folder}/www-example-test` },
    });
    expect(await isDeleted(synced, later(3))).toBe(false);
  });

  test("is tried again after a failure, which is told, and protects all the while", async () => {
    const synced = await makeSynced();
    // Something is in the way: a file where the folder should be.
    writeFileSync(path.join(root, synced.folder), "");
    await work(later(1));
    const failed = await syncOf(synced);
    expect(failed).toMatchObject({ state: "failed", attempts: 1, leaseUntil: null, remoteId: null });
    expect(failed?.error).toMatch(/\w.*\.$/);
    expect(failed?.error).not.toContain(root);
    expect(failed?.nextAttemptAt?.getTime()).toBeGreaterThanOrEqual(later(60).getTime());
    expect(await isDeleted(synced, later(2))).toBe(false);
    rmSync(path.join(root, synced.folder));
    await work(later(20));
    expect(await syncOf(synced)).toMatchObject({ state: "failed", attempts: 1 });
    await pushAgain(synced.admin, knownOf(synced), later(21));
    await work(later(22));
    expect(await syncOf(synced)).toMatchObject({ state: "active", error: null, attempts: 0 });
  });

  test("is pushed again when it is gone or changed there, with a note", async () => {
    const synced = await makeSynced();
    await work(later(1));
    rmSync(path.join(root, synced.folder), { recursive: true });
    const nextDay = later(25 * 3_600);
    await work(nextDay);
    expect(filesIn(root, synced.folder)).toHaveLength(3);
    expect(await syncOf(synced)).toMatchObject({ state: "active", pushedAt: nextDay, checkedAt: nextDay });
    expect(await eventsOf(synced)).toEqual(["sync.added", "sync.drifted"]);
  });

  test("is not pushed over and over when somebody takes it away at once", async () => {
    const synced = await makeSynced();
    await work(later(1));
    rmSync(path.join(root, synced.folder), { recursive: true });
    await checkNow(synced.admin, knownOf(synced), later(60));
    await work(later(60));
    expect(await syncOf(synced)).toMatchObject({ state: "pending", nextAttemptAt: later(3_601) });
    expect(filesIn(root, synced.folder)).toEqual([]);
  });
});

describe("a copy that is no longer wished", () => {
  test("is removed there before the sync counts as removed and the certificate may go", async () => {
    const synced = await makeSynced({ expiresIn: -40 });
    await work(later(1));
    await endSync(synced.admin, { ...knownOf(synced), copy: "remove" }, later(2));
    expect(await syncOf(synced)).toMatchObject({ state: "removing", removalWishedByLabel: synced.admin.email });
    expect(await isDeleted(synced, later(3))).toBe(false);
    await work(later(4));
    expect(filesIn(root, synced.folder)).toEqual([]);
    expect(await syncOf(synced)).toMatchObject({ state: "removed", remoteId: null, pushedAt: null, nextCheckAt: null });
    expect(await eventsOf(synced)).toEqual(["sync.added", "sync.removal_requested", "sync.removed"]);
    expect(await isDeleted(synced, later(5))).toBe(true);
  });

  test("stays there when it is to be left, and the history says where", async () => {
    const synced = await makeSynced({ expiresIn: -40 });
    await work(later(1));
    await endSync(synced.admin, { ...knownOf(synced), copy: "leave" }, later(2));
    expect(await syncOf(synced)).toBeUndefined();
    expect(filesIn(root, synced.folder)).toHaveLength(3);
    const [event] = await database().select().from(auditEvents).where(eq(auditEvents.action, "sync.left"));
    expect(event?.details).toMatchObject({ remoteId: `${synced.folder}/www-example-test` });
    expect(await isDeleted(synced, later(3))).toBe(true);
  });

  test("goes at once when no attempt ever began", async () => {
    const synced = await makeSynced();
    await endSync(synced.admin, { ...knownOf(synced), copy: "remove" }, later(1));
    expect(await syncOf(synced)).toMatchObject({ state: "removed", nextAttemptAt: null });
  });
});

describe("a server that dies after the destination said yes", () => {
  test("leaves a copy that the next push finds", async () => {
    const synced = await makeSynced();
    await pushAndDie(synced, later(1));
    await work(later(30));
    expect(await syncOf(synced)).toMatchObject({ state: "pending", remoteId: null });
    const afterLease = new Date(later(2).getTime() + LEASE_MS);
    await work(afterLease);
    expect(await syncOf(synced)).toMatchObject({ state: "active", pushedAt: afterLease });
    expect(filesIn(root, synced.folder)).toHaveLength(3);
  });

  test("leaves a copy that is also found to be removed", async () => {
    const synced = await makeSynced();
    await pushAndDie(synced, later(1));
    const afterLease = new Date(later(2).getTime() + LEASE_MS);
    await endSync(synced.admin, { ...knownOf(synced), copy: "remove" }, afterLease);
    expect(await syncOf(synced)).toMatchObject({ state: "removing" });
    await work(afterLease);
    expect(await syncOf(synced)).toMatchObject({ state: "removed" });
    expect(filesIn(root, synced.folder)).toEqual([]);
  });
});

describe("several servers", () => {
  test("of which only one gets a sync", async () => {
    const synced = await makeSynced();
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimSync(keyOf(synced), later(1))));
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
  });

  test("push each of many certificates once", async () => {
    const many = await Promise.all(Array.from({ length: 6 }, () => makeSynced()));
    await Promise.all([work(later(1)), work(later(1)), work(later(1))]);
    for (const synced of many) {
      // One claim for the push and one for the look.
      expect(await syncOf(synced)).toMatchObject({ state: "active", claimNumber: 2, error: null });
    }
  });

  test("that come late write nothing: the sync was taken over meanwhile, or is gone", async () => {
    const synced = await makeSynced();
    const scope = mintJobScope(synced.admin.accountId, "Certsweep");
    const late = await claimSync(keyOf(synced), later(1));
    const afterLease = new Date(later(2).getTime() + LEASE_MS);
    const current = await claimSync(keyOf(synced), afterLease);
    if (late === null || current === null) throw new Error("the claims were refused");
    await carryOutSync(scope, late, { clock: () => afterLease, signal });
    expect(await syncOf(synced)).toMatchObject({ state: "pending", claimNumber: current.number, remoteId: null });
    await carryOutSync(scope, current, { clock: () => afterLease, signal });
    expect(await syncOf(synced)).toMatchObject({ state: "active", pushedAt: afterLease });

    const gone = await makeSynced();
    const claim = await claimSync(keyOf(gone), later(1));
    if (claim === null) throw new Error("the claim was refused");
    await database().delete(syncs).where(eq(syncs.id, gone.syncId));
    await carryOutSync(mintJobScope(gone.admin.accountId, "Certsweep"), claim, { clock: () => later(2), signal });
    expect(await syncOf(gone)).toBeUndefined();
  });

  test("that are stopped give the sync back at once", async () => {
    const synced = await makeSynced();
    const claim = await claimSync(keyOf(synced), later(1));
    if (claim === null) throw new Error("the claim was refused");
    const stopped = AbortSignal.abort();
    rmSync(path.join(root, synced.folder), { recursive: true, force: true });
    writeFileSync(path.join(root, synced.folder), "");
    const scope = mintJobScope(synced.admin.accountId, "Certsweep");
    expect(await carryOutSync(scope, claim, { clock: () => TEST_NOW, signal: stopped })).toBe("stopped");
    expect(await syncOf(synced)).toMatchObject({ state: "pending", leaseUntil: null, error: null });
  });
});
