import "server-only";
import { and, eq, ne } from "drizzle-orm";
import { database, type Transaction } from "@/drizzle/client";
import { constraintOf, isStillReferenced } from "@/drizzle/failures";
import { destinations, syncs } from "@/drizzle/schema/use";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { DestinationError } from "@/lib/destinations/adapter";
import { openCredentials, sealCredentials } from "@/lib/destinations/credentials";
import { type FilledDestination, problemOf } from "@/lib/destinations/input";
import { openSavedDestination } from "@/lib/destinations/open";
import { CAPABILITIES } from "@/lib/destinations/rules";
import { type ChangedDestination, splitFields, type TestAnswer } from "@/lib/destinations/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { tryAgain } from "@/lib/syncs/commands";
import { REMOVED_STATE } from "@/lib/syncs/rules";

const DESTINATIONS_MAX = 200;
const TEST_TIMEOUT_MS = 45_000;

/** Adds a place to copy certificates to. @throws AppError "conflict" when its name is taken or there are too many */
export async function addDestination(scope: Scope, filled: FilledDestination, now: Date): Promise<{ id: string }> {
  const { accountId, actor } = scope;
  const { name, kind, settings, credentials } = filled;
  const id = newId();
  const added = { createdAt: now, addedById: actor.id, addedByLabel: actor.label };
  await database().transaction(async (tx) => {
    if ((await tx.$count(destinations, eq(destinations.accountId, accountId))) >= DESTINATIONS_MAX) {
      throw new AppError("conflict", `There are ${DESTINATIONS_MAX} destinations already. Delete one first.`);
    }
    const inserted = await tx
      .insert(destinations)
      .values({ accountId, id, name, kind, settings, ...sealCredentials(id, credentials), ...added })
      .onConflictDoNothing()
      .returning({ id: destinations.id });
    if (inserted.length === 0) throw new AppError("conflict", nameTaken(name));
    await recordAudit(tx, scope, { now, action: "destination.added", subjectId: id, details: { name, kind } });
  });
  return { id };
}

function nameTaken(name: string): string {
  return `There is a destination called ${name} already.`;
}

/**
 * Changes name, settings and those secrets that are given; one that is left empty stays. What it is pushed to next is
 * the changed place. @throws AppError when something does not fit together, or only its name is known
 */
export async function changeDestination(scope: Scope, change: ChangedDestination, now: Date): Promise<void> {
  const { destinationId, name, fields } = change;
  try {
    await database().transaction(async (tx) => {
      const { kind, ...before } = await readForChange(tx, scope, destinationId);
      const given = splitFields(kind, fields);
      const kept = openCredentials(destinationId, before);
      const secrets = Object.entries(given.credentials);
      const replaced = secrets.filter(([, secret]) => secret !== "").map(([field]) => field);
      const credentials = Object.fromEntries(secrets.map(([field, secret]) => [field, secret || (kept[field] ?? "")]));
      const problem = problemOf(kind, { settings: given.settings, credentials });
      if (problem !== null) throw new AppError("invalid_input", problem);
      const sealed = replaced.length === 0 ? {} : sealCredentials(destinationId, credentials);
      await tx
        .update(destinations)
        // What was tried out was something else.
        .set({ name, settings: given.settings, ...sealed, testedAt: null, testAnswer: null })
        .where(isDestination(scope, destinationId));
      // What waited for somebody to change something waits no longer.
      await tryAgain(tx, scope, { destinationId, now });
      const details = { name, kind, "name.from": before.name, credentials: replaced.length > 0 ? "replaced" : "kept" };
      await recordAudit(tx, scope, { now, action: "destination.changed", subjectId: destinationId, details });
    });
  } catch (error) {
    if (constraintOf(error) !== "destinations_name_key") throw error;
    throw new AppError("conflict", nameTaken(name), { cause: error });
  }
}

async function readForChange(tx: Transaction, scope: Scope, destinationId: string) {
  const [row] = await tx
    .select({
      name: destinations.name,
      kind: destinations.kind,
      credentialsBox: destinations.credentialsBox,
      credentialsKeyId: destinations.credentialsKeyId,
    })
    .from(destinations)
    .where(isDestination(scope, destinationId))
    .for("update");
  if (row === undefined) throw new AppError("not_found", GONE);
  if (row.kind === null) throw new AppError("conflict", `Certsweep knows no more of ${row.name} than its name.`);
  return { ...row, kind: row.kind };
}

const GONE = "There is no such destination. Reload the page.";

/** Tries out what can be done at a destination, and keeps the answer. @throws AppError when there is none or it cannot be asked */
export async function testDestination(
  scope: Scope,
  { destinationId, clock }: { destinationId: string; clock: () => Date },
): Promise<TestAnswer> {
  const answer = await askForTest(scope, destinationId);
  const now = clock();
  await database().transaction(async (tx) => {
    const [tested] = await tx
      .update(destinations)
      .set({ testedAt: now, testAnswer: answer })
      .where(isDestination(scope, destinationId))
      .returning({ name: destinations.name });
    if (tested === undefined) throw new AppError("not_found", GONE);
    const could = CAPABILITIES.filter((capability) => answer[capability].ok).join(", ");
    const details = { name: tested.name, could };
    await recordAudit(tx, scope, { now, action: "destination.tested", subjectId: destinationId, details });
  });
  return answer;
}

async function askForTest(scope: Scope, destinationId: string): Promise<TestAnswer> {
  try {
    const { destination } = await openSavedDestination(scope, destinationId);
    return await destination.test(AbortSignal.timeout(TEST_TIMEOUT_MS));
  } catch (error) {
    if (!(error instanceof DestinationError)) throw error;
    const failed = { ok: false, sentence: error.message };
    return { list: failed, put: failed, delete: failed };
  }
}

/** Deletes a destination with its credentials. @throws AppError "conflict" while a copy is kept there */
export async function deleteDestination(scope: Scope, destinationId: string, now: Date): Promise<void> {
  try {
    await database().transaction(async (tx) => {
      const ofDestination = and(eq(syncs.accountId, scope.accountId), eq(syncs.destinationId, destinationId));
      const kept = await tx.$count(syncs, and(ofDestination, ne(syncs.state, REMOVED_STATE)));
      if (kept > 0) throw new AppError("conflict", stillSynced(kept));
      await tx.delete(syncs).where(and(ofDestination, eq(syncs.state, REMOVED_STATE)));
      const [deleted] = await tx
        .delete(destinations)
        .where(isDestination(scope, destinationId))
        .returning({ name: destinations.name, kind: destinations.kind });
      if (deleted === undefined) throw new AppError("not_found", GONE);
      await recordAudit(tx, scope, {
        ...{ now, action: "destination.deleted", subjectId: destinationId, details: deleted },
      });
    });
  } catch (error) {
    // A sync that came at this moment stands in the way as any other does.
    if (!isStillReferenced(error)) throw error;
    throw new AppError("conflict", stillSynced(1), { cause: error });
  }
}

/** Why a destination with so many copies cannot be deleted. */
function stillSynced(count: number): string {
  const copies = count === 1 ? "1 certificate is" : `${count.toLocaleString("en")} certificates are`;
  return `${copies} synced there. Remove the syncs first.`;
}

function isDestination(scope: Scope, destinationId: string) {
  return and(eq(destinations.accountId, scope.accountId), eq(destinations.id, destinationId));
}
