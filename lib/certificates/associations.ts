import "server-only";
import { and, asc, count, eq, gt, type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { deployments, destinations, syncs } from "@/drizzle/schema/use";
import type { Scope } from "@/lib/auth/scope";
import { deploymentBlocks, syncIsActive } from "@/lib/removal/predicates";
import type { SyncState } from "@/lib/syncs/rules";

/** What uses a certificate: a service that it is deployed at, or a destination that an active sync keeps a copy at. */
export type Association = { service: string; state: SyncState };

/** Rows read at a time: what a list holds in memory, however many there are. */
const BATCH = 200;

/** Everything that keeps a certificate from being deleted because it uses it, in batches: services, then destinations. */
export async function* listAssociations(scope: Scope, certificateId: string): AsyncGenerator<Association[]> {
  yield* inBatches((after) => readDeployments(scope, certificateId, after));
  yield* inBatches((after) => readSyncs(scope, certificateId, after));
}

/** The first ones, at most as many as asked for. */
export async function firstAssociations(scope: Scope, certificateId: string, most: number): Promise<Association[]> {
  const first: Association[] = [];
  for await (const batch of listAssociations(scope, certificateId)) {
    first.push(...batch);
    if (first.length >= most) break;
  }
  return first.slice(0, most);
}

/** How many there are. */
export async function countAssociations(scope: Scope, certificateId: string): Promise<number> {
  const [used] = await database()
    .select({ total: count() })
    .from(deployments)
    .where(
      and(eq(deployments.accountId, scope.accountId), eq(deployments.certificateId, certificateId), deploymentBlocks),
    );
  const [copied] = await database()
    .select({ total: count() })
    .from(syncs)
    .where(and(eq(syncs.accountId, scope.accountId), eq(syncs.certificateId, certificateId), syncIsActive));
  return (used?.total ?? 0) + (copied?.total ?? 0);
}

type Row = Association & { id: string };

async function* inBatches(read: (after: string | null) => Promise<Row[]>): AsyncGenerator<Association[]> {
  let after: string | null = null;
  for (;;) {
    const rows: Row[] = await read(after);
    if (rows.length > 0) yield rows.map(({ service, state }) => ({ service, state }));
    after = rows.at(-1)?.id ?? null;
    if (after === null || rows.length < BATCH) return;
  }
}

function readDeployments(scope: Scope, certificateId: string, after: string | null): Promise<Row[]> {
  const beyond = after === null ? undefined : gt(deployments.id, after);
  return database()
    .select({
      id: deployments.id,
      service: sql<string>`${deployments.service} || ' ' || ${deployments.resource}`,
      // What is not known to have moved on uses the certificate.
      state: sql<SyncState>`'active'`,
    })
    .from(deployments)
    .where(
      and(
        eq(deployments.accountId, scope.accountId),
        eq(deployments.certificateId, certificateId),
        deploymentBlocks,
        beyond,
      ),
    )
    .orderBy(asc(deployments.id))
    .limit(BATCH);
}

function readSyncs(scope: Scope, certificateId: string, after: string | null): Promise<Row[]> {
  const beyond: SQL | undefined = after === null ? undefined : gt(syncs.id, after);
  return database()
    .select({ id: syncs.id, service: destinations.name, state: syncs.state })
    .from(syncs)
    .innerJoin(destinations, and(eq(destinations.accountId, syncs.accountId), eq(destinations.id, syncs.destinationId)))
    .where(and(eq(syncs.accountId, scope.accountId), eq(syncs.certificateId, certificateId), syncIsActive, beyond))
    .orderBy(asc(syncs.id))
    .limit(BATCH);
}
