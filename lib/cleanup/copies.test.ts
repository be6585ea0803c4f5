import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns, cleanupSettings } from "@/drizzle/schema/cleanup";
import { removals } from "@/drizzle/schema/removals";
import { insertDeployment, insertSync } from "@/drizzle/test-rows";
import { mintJobScope, type PersonScope } from "@/lib/auth/scope";
import { requestStop, saveSettings } from "@/lib/cleanup/commands";
import { copyRemover } from "@/lib/cleanup/copies";
import { listSkips } from "@/lib/cleanup/history";
import { readPages } from "@/lib/cleanup/pages";
import { CLEANUP_DEFAULTS, type CopyHandling } from "@/lib/cleanup/rules";
import { carryOut } from "@/lib/cleanup/run";
import { claimRequestedRun } from "@/lib/cleanup/schedule";
import { newId } from "@/lib/ids";
import { addSync } from "@/lib/syncs/commands";
import {
  addFolder,
  filesIn,
  later,
  makeSynced,
  type Synced,
  syncOf,
  upload,
  useCopies,
  work,
} from "@/lib/syncs/test-copies";

const { root } = useCopies();
const signal = new AbortController().signal;
const clock = () => later(3_600);
const first = { after: null, before: null };

/** A certificate that expired long ago, with a copy that was pushed. */
async function makeOld(): Promise<Synced> {
  const synced = await makeSynced({ expiresIn: -40 });
  await work(later(1));
  return synced;
}

async function claimRun(admin: PersonScope, copies: CopyHandling, skipSynced = false) {
  await database().delete(cleanupSettings).where(eq(cleanupSettings.accountId, admin.accountId));
  await saveSettings(admin, { ...CLEANUP_DEFAULTS, skipSynced, copies, seenUpdatedAt: null, now: later(2) });
  const scope = mintJobScope(admin.accountId, "Certificate Cleanup");
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const claim = await claimRequestedRun(scope, request, clock());
  if (claim === null) throw new Error("the run was not claimed");
  return { scope, claim };
}

async function runOf(admin: PersonScope, copies: CopyHandling, skipSynced = false) {
  const { scope, claim } = await claimRun(admin, copies, skipSynced);
  const status = await carryOut(scope, claim, { clock, signal });
  const [run] = await database().select().from(cleanupRuns).where(eq(cleanupRuns.id, claim.runId));
  if (run === undefined) throw new Error("there is no run");
  return { ...run, status };
}

const isThere = async (id: string) => (await database().$count(certificates, eq(certificates.id, id))) === 1;

test("copies are removed first, and their certificates go", async () => {
  const synced = await makeOld();
  const other = await upload(synced.admin, { name: "unsynced.test", expiresIn: -50 });
  expect(filesIn(root, synced.folder)).toHaveLength(3);
  expect(await runOf(synced.admin, "remove")).toMatchObject({
    ...{ status: "succeeded", removed: 2, skippedSynced: 0, failed: 0, copies: "remove", skipSynced: false },
  });
  expect(filesIn(root, synced.folder)).toEqual([]);
  expect([await isThere(synced.certificateId), await isThere(other), await syncOf(synced)]).toEqual([
    ...[false, false, undefined],
  ]);
  const [record] = await database().select().from(removals).where(eq(removals.id, synced.certificateId));
  expect(record?.evidence).toMatchObject({ detachedSyncs: [synced.folder] });
});

test("a copy that cannot be removed keeps its certificate, with the reason in the run's list", async () => {
  const synced = await makeOld();
  // Somebody has put something else in the place of the folder.
  const stranger = await makeSynced({ expiresIn: -40 });
  rmSync(path.join(root, synced.folder), { recursive: true });
  writeFileSync(path.join(root, synced.folder), "");
  const run = await runOf(synced.admin, "remove");
  expect(run).toMatchObject({ status: "succeeded", removed: 0, skippedSynced: 1, failed: 0 });
  expect(await syncOf(synced)).toMatchObject({ state: "removing", removalWishedByLabel: "Certificate Cleanup" });
  const { rows } = await listSkips(synced.admin, { runId: run.id, reason: "synced" }, first);
  expect(rows).toMatchObject([{ id: synced.certificateId, error: expect.stringMatching(`^${synced.folder}: \\w`) }]);
  // The next night it works out.
  rmSync(path.join(root, synced.folder));
  mkdirSync(path.join(root, synced.folder));
  expect(await runOf(synced.admin, "remove")).toMatchObject({ removed: 1, skippedSynced: 0 });
  expect(await isThere(stranger.certificateId)).toBe(true);
});

test("copies of certificates that stay for another reason are left alone", async () => {
  const deployed = await makeOld();
  await insertDeployment(deployed.admin.accountId, deployed.certificateId);
  const young = await upload(deployed.admin, { name: "young.test", expiresIn: -5 });
  const destinationId = await addFolder(deployed.admin, `y${deployed.folder}`);
  await addSync(deployed.admin, { certificateId: young, destinationId }, later(1));
  const named = await upload(deployed.admin, { name: "named.test", expiresIn: -50 });
  await insertSync(deployed.admin.accountId, named, { destination: "Known by name" });
  await work(later(2));
  expect(await runOf(deployed.admin, "remove")).toMatchObject({ removed: 0, skippedDeployed: 1, skippedSynced: 1 });
  expect(await syncOf(deployed)).toMatchObject({ state: "active" });
  expect(filesIn(root, deployed.folder)).toHaveLength(3);
  expect(filesIn(root, `y${deployed.folder}`)).toHaveLength(3);
  expect([await isThere(named), await isThere(young)]).toEqual([true, true]);
});

test.each([
  { copies: "leave" as const, skipSynced: false, removed: 1 },
  { copies: "remove" as const, skipSynced: true, removed: 0 },
  { copies: "leave" as const, skipSynced: true, removed: 0 },
])("no copy is touched when they are to be left or skipped: $copies, $skipSynced", async ({ removed, ...how }) => {
  const synced = await makeOld();
  expect(await runOf(synced.admin, how.copies, how.skipSynced)).toMatchObject({ removed, skippedSynced: 1 - removed });
  expect(filesIn(root, synced.folder)).toHaveLength(3);
});

test("no copy is begun with once the run is to stop", async () => {
  const synced = await makeOld();
  const { scope, claim } = await claimRun(synced.admin, "remove");
  await requestStop(synced.admin, { runId: claim.runId, now: clock() });
  const page = await readPages(scope, claim)(10);
  expect(page.ids).toContain(synced.certificateId);
  await copyRemover(scope, claim, { clock, signal })(page);
  expect(await syncOf(synced)).toMatchObject({ state: "active" });
  expect(await carryOut(scope, claim, { clock, signal })).toBe("stopped");
  expect(filesIn(root, synced.folder)).toHaveLength(3);
});
