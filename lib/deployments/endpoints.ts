import "server-only";
import { sql } from "drizzle-orm";
import { database, type Executor, type Transaction } from "@/drizzle/client";
import { FOREIGN_KEY_VIOLATION, sqlStateOf } from "@/drizzle/failures";
import { deployments } from "@/drizzle/schema/use";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { nextCheckOf, resourceOf, type Target } from "@/lib/deployments/rules";
import type { NewEndpoint } from "@/lib/deployments/schema";
import { PROTOCOL_LABELS, type Protocol } from "@/lib/endpoints/rules";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";

/** An endpoint that is watched for a certificate. */
export type Watched = Target & { id: string; certificateId: string; service: string };

/** The columns of Watched; what is no endpoint has none of them (see the table's checks). */
export const watchedColumns = {
  id: deployments.id,
  certificateId: deployments.certificateId,
  service: deployments.service,
  host: sql<string>`${deployments.host}`,
  port: sql<number>`${deployments.port}`,
  serverName: deployments.serverName,
  protocol: sql<Protocol>`${deployments.protocol}`,
};

type Adding = { certificateId: string; target: Target; service: string; note: string; now: Date };

/**
 * Has an endpoint watched for a certificate, which blocks its deletion until it is known to have moved on. Nothing was
 * looked at yet. Throws AppError "conflict" for the same endpoint twice, "not_found" when the certificate is not there.
 */
export async function addEndpoint(scope: Scope, endpoint: NewEndpoint, now: Date): Promise<{ id: string }> {
  const { certificateId, service, note, ...target } = endpoint;
  const named = service === "" ? PROTOCOL_LABELS[target.protocol] : service;
  const unseen = { state: "never_checked" as const, stateSince: now, nextCheckAt: now };
  try {
    return await database().transaction(async (tx) => {
      const id = await insert(tx, scope, { certificateId, target, service: named, note, now }, unseen);
      if (id === null) throw new AppError("conflict", `${named} at ${resourceOf(target)} is in the list already.`);
      return { id };
    });
  } catch (error) {
    if (sqlStateOf(error) !== FOREIGN_KEY_VIOLATION) throw error;
    throw new AppError("not_found", "This certificate was deleted in the meantime.", { cause: error });
  }
}

/**
 * Notes that an endpoint was just seen to serve a certificate. Answers false when it was noted before, or when the
 * certificate went meanwhile. `within` is the caller's transaction.
 */
export async function addServingEndpoint(
  scope: Scope,
  { certificateId, target, service, now, within }: Omit<Adding, "note"> & { within?: Transaction },
): Promise<boolean> {
  const nextCheckAt = nextCheckOf(certificateId, now);
  const seen = { state: "serving" as const, stateSince: now, checkedAt: now, nextCheckAt };
  try {
    const added = await (within ?? database()).transaction((tx) =>
      insert(tx, scope, { certificateId, target, service, note: "", now }, seen),
    );
    return added !== null;
  } catch (error) {
    if (sqlStateOf(error) !== FOREIGN_KEY_VIOLATION) throw error;
    return false;
  }
}

type State = Pick<typeof deployments.$inferInsert, "state" | "stateSince" | "checkedAt" | "nextCheckAt">;

/** Null when the certificate has it already. */
async function insert(
  executor: Executor,
  scope: Scope,
  { certificateId, target, service, note, now }: Adding,
  state: State,
): Promise<string | null> {
  const id = newId();
  const { host, port, serverName, protocol } = target;
  const resource = resourceOf(target);
  const [added] = await executor
    .insert(deployments)
    .values({
      ...{ accountId: scope.accountId, id, certificateId, kind: "endpoint", service, resource, note },
      ...{ host, port, serverName, protocol, ...state },
      ...{ addedAt: now, addedById: scope.actor.id, addedByLabel: scope.actor.label },
    })
    .onConflictDoNothing()
    .returning({ id: deployments.id });
  if (added === undefined) return null;
  const details = { service, resource, note };
  await recordAudit(executor, scope, { now, action: "deployment.added", subjectId: certificateId, details });
  return id;
}
