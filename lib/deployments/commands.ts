import "server-only";
import { and, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { FOREIGN_KEY_VIOLATION, sqlStateOf } from "@/drizzle/failures";
import { deployments } from "@/drizzle/schema/use";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import type { KnownDeployment, NewDeployment } from "@/lib/deployments/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";

/**
 * Notes that a service uses a certificate, which blocks its deletion from the commit on. Throws AppError "conflict" for
 * the same service and resource twice, "not_found" when the certificate is not (or no longer) in the account.
 */
export async function addDeployment(scope: Scope, deployment: NewDeployment, now: Date): Promise<{ id: string }> {
  const { certificateId, service, resource, note } = deployment;
  const id = newId();
  const added = { addedAt: now, addedById: scope.actor.id, addedByLabel: scope.actor.label };
  try {
    await database().transaction(async (tx) => {
      const inserted = await tx
        .insert(deployments)
        .values({ accountId: scope.accountId, id, certificateId, service, resource, note, ...added })
        .onConflictDoNothing()
        .returning({ id: deployments.id });
      if (inserted.length === 0) throw new AppError("conflict", `${service} at ${resource} is in the list already.`);
      const details = { service, resource, note };
      await recordAudit(tx, scope, { now, action: "deployment.added", subjectId: certificateId, details });
    });
  } catch (error) {
    if (sqlStateOf(error) !== FOREIGN_KEY_VIOLATION) throw error;
    throw new AppError("not_found", "This certificate was deleted in the meantime.", { cause: error });
  }
  return { id };
}

/** Takes a deployment away again. Throws AppError "not_found" when it is not there. */
export async function removeDeployment(scope: Scope, known: KnownDeployment, now: Date): Promise<void> {
  await database().transaction(async (tx) => {
    const [removed] = await tx
      .delete(deployments)
      .where(
        and(
          eq(deployments.accountId, scope.accountId),
          eq(deployments.id, known.deploymentId),
          eq(deployments.certificateId, known.certificateId),
        ),
      )
      .returning({ service: deployments.service, resource: deployments.resource, note: deployments.note });
    if (removed === undefined) throw new AppError("not_found", "This deployment was removed in the meantime.");
    const event = { now, action: "deployment.removed", subjectId: known.certificateId, details: removed } as const;
    await recordAudit(tx, scope, event);
  });
}
