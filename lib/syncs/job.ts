import "server-only";
import type { Task } from "graphile-worker";
import { mintJobScope } from "@/lib/auth/scope";
import { workThroughDue } from "@/lib/syncs/work";

/** Who stands behind what Certsweep finds out and does about copies by itself. */
const ACTOR = "Certsweep";

/**
 * The task of the job engine that pushes, checks and removes copies. One round at a time in each server process, so that
 * destinations that do not answer take no more than one of its places from other jobs.
 */
export function syncTasks({ clock, signal }: { clock: () => Date; signal: AbortSignal }) {
  let going = false;
  let wanted = false;
  return {
    syncs_tick: async () => {
      wanted = true;
      if (going) return;
      going = true;
      try {
        while (wanted && !signal.aborted) {
          wanted = false;
          await workThroughDue({ clock, signal, scopeOf: (accountId) => mintJobScope(accountId, ACTOR) });
        }
      } finally {
        going = false;
      }
    },
  } satisfies Record<string, Task>;
}
