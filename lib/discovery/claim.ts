import "server-only";
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { database, type Executor } from "@/drizzle/client";
import { discoveryScans } from "@/drizzle/schema/discovery";
import type { Scope } from "@/lib/auth/scope";
import { SCAN_HEARTBEAT_LIMIT_MS } from "@/lib/discovery/rules";
import { addJob } from "@/lib/jobs/queue";

/** Leave to go on with a scan, until another server takes it over; and what there is to look at. */
export type ScanClaim = { number: number } & Pick<
  typeof discoveryScans.$inferSelect,
  "id" | "hosts" | "ports" | "protocol" | "targets" | "requestedById" | "requestedByLabel"
>;

export function ofScan(scope: Pick<Scope, "accountId">, scanId: string) {
  return and(eq(discoveryScans.accountId, scope.accountId), eq(discoveryScans.id, scanId));
}

/** Takes a scan over; null when it has ended or another server is at it. */
export async function claimScan(scope: Pick<Scope, "accountId">, scanId: string, now: Date): Promise<ScanClaim | null> {
  const limit = new Date(now.getTime() - SCAN_HEARTBEAT_LIMIT_MS);
  const isFree = or(eq(discoveryScans.status, "queued"), lt(discoveryScans.heartbeatAt, limit));
  const [claimed] = await database()
    .update(discoveryScans)
    .set({
      status: "running",
      claim: sql`${discoveryScans.claim} + 1`,
      startedAt: sql`coalesce(${discoveryScans.startedAt}, ${now.toISOString()}::timestamptz)`,
      heartbeatAt: now,
    })
    .where(and(ofScan(scope, scanId), isNull(discoveryScans.finishedAt), isFree))
    .returning({
      id: discoveryScans.id,
      number: discoveryScans.claim,
      hosts: discoveryScans.hosts,
      ports: discoveryScans.ports,
      protocol: discoveryScans.protocol,
      targets: discoveryScans.targets,
      requestedById: discoveryScans.requestedById,
      requestedByLabel: discoveryScans.requestedByLabel,
    });
  return claimed ?? null;
}

/** The fence: true as long as nobody has taken it over or ended it. */
export function isHeldBy(scope: Scope, claim: ScanClaim) {
  return and(ofScan(scope, claim.id), eq(discoveryScans.status, "running"), eq(discoveryScans.claim, claim.number));
}

/** Unfinished ones that nobody is at, though they were asked for a while ago. An account has one at most. */
export async function listLeftScans(now: Date): Promise<{ accountId: string; id: string }[]> {
  const limit = new Date(now.getTime() - SCAN_HEARTBEAT_LIMIT_MS);
  return database()
    .select({ accountId: discoveryScans.accountId, id: discoveryScans.id })
    .from(discoveryScans)
    .where(
      and(
        isNull(discoveryScans.finishedAt),
        lt(sql`coalesce(${discoveryScans.heartbeatAt}, ${discoveryScans.requestedAt})`, limit),
      ),
    );
}

/** Has a job go on with a scan, in the caller's transaction. */
export async function addScanJob(executor: Executor, scope: Pick<Scope, "accountId">, scanId: string): Promise<void> {
  const payload = { accountId: scope.accountId, scanId };
  await addJob(executor, { task: "discovery", payload, key: `discovery:${scanId}`, attempts: 1 });
}
