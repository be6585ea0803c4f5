import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Transaction } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupSkips } from "@/drizzle/schema/cleanup";
import { idArray } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import type { Failure } from "@/lib/cleanup/failures";
import type { Claim } from "@/lib/cleanup/schedule";
import type { Fault } from "@/lib/removal/bisect";
import { deployedAt, synced } from "@/lib/removal/predicates";

type Stayed = { deployed: number; synced: number; unexplained: string[] };

const stayedRows = z.array(z.object({ id: z.uuid(), reason: z.enum(["deployed", "synced"]).nullable() }));

/**
 * Notes for each certificate why it stayed, and counts the reasons; one that is both deployed and synced counts as
 * deployed. `unexplained` are those that nothing holds back any more; one that is gone meanwhile is in neither.
 */
export async function noteSkips(
  tx: Transaction,
  scope: Scope,
  { claim, ids, now }: { claim: Claim; ids: string[]; now: Date },
): Promise<Stayed> {
  if (ids.length === 0) return { deployed: 0, synced: 0, unexplained: [] };
  const heeded = claim.skipSynced ? synced : sql`false`;
  const { rows } = await tx.execute(sql`
    with stayed as (
      select ${certificates.id} as id, ${certificates.name} as name,
        case when ${deployedAt(now)} then 'deployed' when ${heeded} then 'synced' end as reason
      from ${certificates}
      where ${certificates.accountId} = ${scope.accountId} and ${certificates.id} = any(${idArray(ids)})
    ), noted as (
      insert into ${cleanupSkips} (account_id, run_id, reason, certificate_id, name)
      select ${scope.accountId}::uuid, ${claim.runId}::uuid, reason, id, name from stayed where reason is not null
    )
    select id, reason from stayed`);
  const judged = stayedRows.parse(rows);
  return {
    deployed: judged.filter((row) => row.reason === "deployed").length,
    synced: judged.filter((row) => row.reason === "synced").length,
    unexplained: judged.filter((row) => row.reason === null).map((row) => row.id),
  };
}

/** Notes what the database refused to delete. One that somebody has removed by hand meanwhile is no failure and is left out. */
export async function noteFailures(
  tx: Transaction,
  scope: Scope,
  { claim, faults }: { claim: Claim; faults: Fault[] },
): Promise<Failure[]> {
  if (faults.length === 0) return [];
  const reasons = new Map(faults.map((fault) => [fault.id, fault.reason]));
  const rows = await tx
    .select({ id: certificates.id, name: certificates.name })
    .from(certificates)
    .where(
      and(eq(certificates.accountId, scope.accountId), sql`${certificates.id} = any(${idArray([...reasons.keys()])})`),
    );
  const failures = rows.map(({ id, name }) => ({ id, name, reason: reasons.get(id) ?? "" }));
  if (failures.length > 0) {
    await tx.insert(cleanupSkips).values(
      failures.map(({ id, name, reason }) => ({
        accountId: scope.accountId,
        runId: claim.runId,
        reason: "failed" as const,
        certificateId: id,
        name,
        error: reason,
      })),
    );
  }
  return failures;
}
