import "server-only";
import { and, asc, eq, lte } from "drizzle-orm";
import type { Task } from "graphile-worker";
import { database } from "@/drizzle/client";
import { deployments } from "@/drizzle/schema/use";
import { mintJobScope } from "@/lib/auth/scope";
import { lookAtEach } from "@/lib/deployments/checks";
import { type Watched, watchedColumns } from "@/lib/deployments/endpoints";
import { CHECK_LEASE_MS } from "@/lib/deployments/rules";
import { PROBES_AT_ONCE } from "@/lib/endpoints/rules";
import { log } from "@/lib/log";

/** A turn ends after so long; the next tick goes on. */
const TURN_MS = 50_000;
const ACTOR = "Endpoint check";

type Due = Watched & { accountId: string };

/** The task of the job engine that looks at endpoints when their time has come. A turn is over before the next minute begins another. */
export function deploymentTasks({ clock, signal }: { clock: () => Date; signal: AbortSignal }) {
  return {
    endpoints_tick: async () => {
      const begun = clock().getTime();
      while (!signal.aborted && clock().getTime() - begun < TURN_MS) {
        const now = clock();
        const due = await claimDue(now);
        await Promise.all([...byAccount(due)].map(([accountId, watched]) => lookAtTheirs(accountId, watched, now)));
        if (due.length < PROBES_AT_ONCE) return;
      }
    },
  } satisfies Record<string, Task>;
}

/** One account's trouble, such as a database that refuses its row, costs no other account its checks. */
async function lookAtTheirs(accountId: string, watched: Watched[], now: Date): Promise<void> {
  try {
    await lookAtEach(mintJobScope(accountId, ACTOR), watched, now);
  } catch (error) {
    log.error({ err: error, accountId }, "endpoints could not be checked; they are tried again soon");
  }
}

/** Takes the endpoints whose time came first; should this server die, another takes them when the lease ends. */
async function claimDue(now: Date): Promise<Due[]> {
  const due = database()
    .select({ accountId: deployments.accountId, id: deployments.id })
    .from(deployments)
    .where(lte(deployments.nextCheckAt, now))
    .orderBy(asc(deployments.nextCheckAt))
    .limit(PROBES_AT_ONCE)
    .for("update", { skipLocked: true })
    .as("due");
  return database()
    .update(deployments)
    .set({ nextCheckAt: new Date(now.getTime() + CHECK_LEASE_MS) })
    .from(due)
    .where(and(eq(deployments.accountId, due.accountId), eq(deployments.id, due.id)))
    .returning({ ...watchedColumns, accountId: deployments.accountId });
}

function byAccount(due: Due[]): Map<string, Watched[]> {
  const groups = new Map<string, Watched[]>();
  for (const { accountId, ...watched } of due) groups.set(accountId, [...(groups.get(accountId) ?? []), watched]);
  return groups;
}
