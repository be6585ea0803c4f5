import "server-only";
import type { Task } from "graphile-worker";
import { mintJobScope } from "@/lib/auth/scope";
import { revocationCheckTasks } from "@/lib/revocation/check-job";
import { workThroughRevocations } from "@/lib/revocation/work";

/** Who stands behind what Certsweep does about revocations by itself. */
const ACTOR = "Certsweep";

/** The tasks of the job engine about revocations; one round of wishes at a time in each server process. */
export function revocationTasks({ clock, signal }: { clock: () => Date; signal: AbortSignal }) {
  const scopeOf = (accountId: string) => mintJobScope(accountId, ACTOR);
  let going = false;
  let wanted = false;
  return {
    ...revocationCheckTasks({ clock, signal, scopeOf }),
    revocations_tick: async () => {
      wanted = true;
      if (going) return;
      going = true;
      try {
        while (wanted && !signal.aborted) {
          wanted = false;
          await workThroughRevocations({ clock, signal, scopeOf });
        }
      } finally {
        going = false;
      }
    },
  } satisfies Record<string, Task>;
}
