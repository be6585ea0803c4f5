import "server-only";
import { and, isNull, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { discoveryScans } from "@/drizzle/schema/discovery";
import type { PersonScope } from "@/lib/auth/scope";
import { addScanJob, ofScan } from "@/lib/discovery/claim";
import { countTargets } from "@/lib/discovery/rules";
import type { NewScan } from "@/lib/discovery/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";

/** Notes a scan and has a job carry it out. Throws AppError "conflict" while another one of the account goes on. */
export async function startScan(
  scope: PersonScope,
  { hosts, ports, protocol, now }: NewScan & { now: Date },
): Promise<{ scanId: string }> {
  const scanId = newId();
  await database().transaction(async (tx) => {
    const noted = await tx
      .insert(discoveryScans)
      .values({
        ...{ accountId: scope.accountId, id: scanId, status: "queued", protocol, ports },
        ...{ hosts: hosts.map(({ text }) => text), targets: countTargets(hosts, ports) },
        ...{ requestedAt: now, requestedById: scope.userId, requestedByLabel: scope.actor.label },
      })
      .onConflictDoNothing()
      .returning({ id: discoveryScans.id });
    if (noted.length === 0)
      throw new AppError("conflict", "Another scan is going on. Wait until it ends, or stop it first.");
    await addScanJob(tx, scope, scanId);
  });
  return { scanId };
}

/** Ends a scan after the endpoints at hand. Asking twice, or for one that has ended, changes nothing. Throws "not_found". */
export async function stopScan(scope: PersonScope, { scanId, now }: { scanId: string; now: Date }): Promise<null> {
  await database()
    .update(discoveryScans)
    .set({ stopRequestedAt: now, stopRequestedByLabel: scope.actor.label })
    .where(and(ofScan(scope, scanId), isNull(discoveryScans.finishedAt), isNull(discoveryScans.stopRequestedAt)));
  const [known] = await database().select({ found: sql`1` }).from(discoveryScans).where(ofScan(scope, scanId));
  if (known === undefined) throw new AppError("not_found", "There is no such scan. Reload the page.");
  return null;
}
