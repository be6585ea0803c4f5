import "server-only";
import type { Task } from "graphile-worker";
import { mintJobScope } from "@/lib/auth/scope";
import { revocationCheckTasks } from "@/lib/revocation/check-job";

/** Who stands behind what Certsweep does about revocations by itself. */
const ACTOR = "Certsweep";

/** The tasks of the job engine about revocations. */
export function revocationTasks({ clock, signal }: { clock: () => Date; signal: AbortSignal }) {
  const scopeOf = (accountId: string) => mintJobScope(accountId, ACTOR);
  return {
    ...revocationCheckTasks({ clock, signal, scopeOf }),
  } satisfies Record<string, Task>;
}
