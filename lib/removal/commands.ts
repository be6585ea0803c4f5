import "server-only";
import { and, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { isStillReferenced, sqlStateOf } from "@/drizzle/failures";
import { certificates } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import type { Scope } from "@/lib/auth/scope";
import { checkBeforeDeletion } from "@/lib/deployments/checks";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import {
  type BlockerView,
  blockersWithSentences,
  deploymentCount,
  deploymentNames,
  deploymentsAtDeletion,
  syncCount,
  syncNames,
} from "@/lib/removal/blockers";
import { removeBatch } from "@/lib/removal/engine";
import { revocationIsPending } from "@/lib/revocation/predicates";

export type RemovalOutcome =
  | { kind: "removed"; removalId: string; name: string; actorLabel: string; removedAt: Date }
  | { kind: "gone"; removalId: string; name: string; actorLabel: string; removedAt: Date }
  | { kind: "blocked"; name: string; blockers: BlockerView[] }
  | { kind: "unknown" };

/** How often a decision is asked for anew when something arrived while it was being carried out. */
const ATTEMPTS = 4;

/**
 * Deletes one certificate if the law allows it at `now`, with its removal record, and answers with what happened: of
 * two people at once one gets "removed", the other "gone". Another account's id is "unknown". Endpoints that it is believed
 * to be served at are looked at first, which may take some seconds.
 */
export async function removeCertificate(scope: Scope, request: { id: string; now: Date }): Promise<RemovalOutcome> {
  await checkBeforeDeletion(scope, { ids: [request.id], now: request.now });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const removed = await tryToRemove(scope, request);
    const outcome = await explain(scope, request);
    if (removed && outcome.kind === "gone") return { ...outcome, kind: "removed" };
    if (outcome.kind !== "undecided") return outcome;
  }
  throw new AppError("conflict", "This certificate is being changed by others right now. Try again in a moment.");
}

/** True when the one statement deleted it. Nothing was changed when the answer is false or an error is thrown. */
async function tryToRemove(scope: Scope, { id, now }: { id: string; now: Date }): Promise<boolean> {
  try {
    const { removedIds } = await removeBatch(database(), scope, { ids: [id], now, law: { kind: "person" } });
    return removedIds.length === 1;
  } catch (error) {
    if (isStillReferenced(error)) return false;
    const state = sqlStateOf(error);
    if (state === null || /^(08|57)/.test(state)) throw error;
    log.error({ err: error, certificateId: id }, "a deletion and its record were refused by the database");
    throw new AppError(
      "unavailable",
      "Nothing was deleted: the record of the removal could not be written, and without it no certificate goes. Tell your operator; the log has the reason.",
      { cause: error },
    );
  }
}

/** What is there now: the removal record, the blockers, or nothing in this account. */
async function explain(
  scope: Scope,
  { id, now }: { id: string; now: Date },
): Promise<Exclude<RemovalOutcome, { kind: "removed" }> | { kind: "undecided" }> {
  const record = await findRecord(scope, id);
  if (record !== null) return { kind: "gone", ...record };
  const judged = await judge(scope, { id, now, isToGo: true });
  if (judged === null) return (await findRecord(scope, id)) === null ? { kind: "unknown" } : { kind: "undecided" };
  return judged.blockers.length > 0 ? { kind: "blocked", ...judged } : { kind: "undecided" };
}

async function findRecord(scope: Scope, id: string) {
  const [record] = await database()
    .select({
      removalId: removals.id,
      name: removals.name,
      actorLabel: removals.actorLabel,
      removedAt: removals.removedAt,
    })
    .from(removals)
    .where(and(eq(removals.accountId, scope.accountId), eq(removals.id, id)));
  return record ?? null;
}

/**
 * The name and the present blockers of a certificate in the inventory; null when it is not there. When it `isToGo` now,
 * endpoints that were not looked at just now block too.
 */
export async function judge(
  scope: Scope,
  { id, now, isToGo = false }: { id: string; now: Date; isToGo?: boolean },
): Promise<{ name: string; blockers: BlockerView[] } | null> {
  const [row] = await database()
    .select({
      name: certificates.name,
      source: certificates.source,
      revokedAt: certificates.revokedAt,
      isRevocationPending: revocationIsPending,
      notBefore: certificates.notBefore,
      notAfter: certificates.notAfter,
      ...(isToGo ? deploymentsAtDeletion(now) : { deploymentNames, deploymentCount }),
      syncNames,
      syncCount,
    })
    .from(certificates)
    .where(and(eq(certificates.accountId, scope.accountId), eq(certificates.id, id)));
  if (row === undefined) return null;
  const deployedAt = { names: row.deploymentNames, total: row.deploymentCount };
  const syncedTo = { names: row.syncNames, total: row.syncCount };
  return { name: row.name, blockers: blockersWithSentences({ ...row, deployedAt, syncedTo }, now) };
}
