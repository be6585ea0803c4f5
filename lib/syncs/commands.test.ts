import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { destinations, syncs } from "@/drizzle/schema/use";
import { insertPerson, insertSync, TEST_NOW } from "@/drizzle/test-rows";
import { deleteDestination } from "@/lib/destinations/commands";
import { newId } from "@/lib/ids";
import { removeCertificate } from "@/lib/removal/commands";
import { claimSync } from "@/lib/syncs/claim";
import { addSync, checkNow, endSync, pushAgain } from "@/lib/syncs/commands";
import { listChoices } from "@/lib/syncs/queries";
import { addFolder, addPlace, later, makeSynced, syncOf, upload, useCopies, work } from "./test-copies";

useCopies();

const ACM = { region: "eu-central-1" };

describe("wishing a copy", () => {
  test("of a certificate without its private key is refused where that is needed, and told before", async () => {
    const scope = await insertPerson({ role: "admin" });
    const certificateId = await upload(scope, { name: "bare.test", withKey: false });
    const { id: acm } = await addPlace(scope, { name: "Cloud", kind: "acm", fields: ACM });
    const folder = await addFolder(scope, "bare");
    await insertSync(scope.accountId, await upload(scope, { name: "other.test" }), { destination: "Old vault" });
    const choices = await listChoices(scope, { id: certificateId, hasPrivateKey: false });
    expect(choices.map(({ name, problem }) => [name, problem])).toEqual([
      ["bare", null],
      ["Cloud", "It takes certificates with their private key only. Add the private key first."],
      ["Old vault", "Certsweep knows no more of it than its name."],
    ]);
    await expect(addSync(scope, { certificateId, destinationId: acm }, TEST_NOW)).rejects.toThrow(
      "It cannot be synced to Cloud. It takes certificates with their private key only.",
    );
    await addSync(scope, { certificateId, destinationId: folder }, TEST_NOW);
  });

  test("twice is refused, but once it is gone it begins again", async () => {
    const synced = await makeSynced();
    const { admin, certificateId, destinationId, syncId } = synced;
    const again = () => addSync(admin, { certificateId, destinationId }, later(60));
    await expect(again()).rejects.toThrow("synced to");
    await endSync(admin, { certificateId, syncId, copy: "remove" }, later(1));
    expect(await again()).toEqual({ id: syncId });
    expect(await syncOf(synced)).toMatchObject({ state: "pending", addedAt: later(60), removalWishedByLabel: null });
  });

  test("of what is not in the account is refused", async () => {
    const { certificateId, destinationId } = await makeSynced();
    const stranger = await insertPerson({ role: "admin" });
    const mine = await addFolder(stranger, "mine");
    await expect(addSync(stranger, { certificateId, destinationId }, TEST_NOW)).rejects.toThrow("no such destination");
    await expect(addSync(stranger, { certificateId, destinationId: mine }, TEST_NOW)).rejects.toThrow("deleted");
    await expect(addSync(stranger, { certificateId: newId(), destinationId: mine }, TEST_NOW)).rejects.toThrow(
      "deleted",
    );
  });
});

describe("while a server is at it", () => {
  test("a sync can neither be pushed, checked, removed nor left, so that nothing is orphaned", async () => {
    const synced = await makeSynced();
    const { admin, certificateId, syncId } = synced;
    const known = { certificateId, syncId };
    await claimSync({ accountId: admin.accountId, syncId }, later(1));
    for (const change of [
      () => pushAgain(admin, known, later(2)),
      () => checkNow(admin, known, later(2)),
      () => endSync(admin, { ...known, copy: "remove" }, later(2)),
      () => endSync(admin, { ...known, copy: "leave" }, later(2)),
    ]) {
      await expect(change()).rejects.toThrow("is being asked right now. Try again in a moment.");
    }
    expect(await syncOf(synced)).toMatchObject({ state: "pending" });
  });

  test("its destination cannot be deleted, and goes with what is left of its removed syncs later", async () => {
    const synced = await makeSynced();
    const { admin, certificateId, destinationId, syncId } = synced;
    await claimSync({ accountId: admin.accountId, syncId }, later(1));
    await expect(deleteDestination(admin, destinationId, later(2))).rejects.toThrow("1 certificate is synced there.");
    await work(later(200));
    await expect(deleteDestination(admin, destinationId, later(201))).rejects.toThrow("1 certificate is synced there.");
    await endSync(admin, { certificateId, syncId, copy: "remove" }, later(202));
    await work(later(203));
    await deleteDestination(admin, destinationId, later(204));
    expect(await syncOf(synced)).toBeUndefined();
    expect(await database().$count(destinations, eq(destinations.id, destinationId))).toBe(0);
  });
});

test("a certificate that is deleted while it is being synced, either goes or is synced, never both", async () => {
  const admin = await insertPerson({ role: "admin" });
  const destinationId = await addFolder(admin, "race");
  const ends = new Set<string>();
  for (let round = 0; round < 12; round += 1) {
    const certificateId = await upload(admin, { name: `race-${round}.test`, expiresIn: -40 });
    const [removal, sync] = await Promise.allSettled([
      removeCertificate(admin, { id: certificateId, now: TEST_NOW }),
      addSync(admin, { certificateId, destinationId }, TEST_NOW),
    ]);
    const went = removal.status === "fulfilled" && removal.value.kind === "removed";
    expect(sync.status).toBe(went ? "rejected" : "fulfilled");
    const isThere = (await database().$count(certificates, eq(certificates.id, certificateId))) === 1;
    const isSynced = (await database().$count(syncs, eq(syncs.certificateId, certificateId))) === 1;
    expect([isThere, isSynced]).toEqual([!went, !went]);
    ends.add(went ? "went" : "synced");
  }
  expect(ends.size).toBeGreaterThan(0);
});

test("a destination that is deleted while a certificate is being synced to it, either goes or is synced to", async () => {
  const admin = await insertPerson({ role: "admin" });
  const certificateId = await upload(admin, { name: "place.test" });
  for (let round = 0; round < 12; round += 1) {
    const destinationId = await addFolder(admin, `place-${round}`);
    const [deletion, sync] = await Promise.allSettled([
      deleteDestination(admin, destinationId, TEST_NOW),
      addSync(admin, { certificateId, destinationId }, TEST_NOW),
    ]);
    expect([deletion.status, sync.status].sort()).toEqual(["fulfilled", "rejected"]);
    const ofDestination = and(eq(syncs.accountId, admin.accountId), eq(syncs.destinationId, destinationId));
    expect(await database().$count(syncs, ofDestination)).toBe(sync.status === "fulfilled" ? 1 : 0);
  }
});
