import "server-only";
import type { Task } from "graphile-worker";
import type { Scope } from "@/lib/auth/scope";
import { DAY_MS } from "@/lib/certificates/rules";
import { enrolAll } from "@/lib/revocation/check-enrol";
import { workThroughChecks } from "@/lib/revocation/check-work";
import { forgetLists } from "@/lib/revocation/lists";

type Options = { clock: () => Date; signal: AbortSignal; scopeOf: (accountId: string) => Scope };

/** The task of the job engine that asks CAs about uploaded certificates; one round at a time in each server process. */
export function revocationCheckTasks(options: Options) {
  const { clock, signal } = options;
  let going = false;
  let enrolledAt = 0;
  return {
    revocation_checks_tick: async () => {
      if (going) return;
      going = true;
      try {
        const now = clock();
        if (now.getTime() - enrolledAt >= DAY_MS) {
          await enrolAll(now, signal);
          await forgetLists(now);
          enrolledAt = now.getTime();
        }
        await workThroughChecks(options);
      } finally {
        going = false;
      }
    },
  } satisfies Record<string, Task>;
}
