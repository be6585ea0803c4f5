import "server-only";
import type { Task } from "graphile-worker";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { mintJobScope, type Scope } from "@/lib/auth/scope";
import { carryOut, type RunOptions } from "@/lib/cleanup/run";
import {
  type Claim,
  claimApprovedRun,
  claimDueRun,
  claimRequestedRun,
  listDueAccounts,
  markInterrupted,
} from "@/lib/cleanup/schedule";
import { addJob } from "@/lib/jobs/queue";
import { log } from "@/lib/log";

const PAGE = 200;
const ACTOR_LABEL = "Certificate Cleanup";

const ofAccount = z.object({ accountId: z.uuid() });
const requested = ofAccount.extend({ runId: z.uuid(), startedById: z.uuid(), startedByLabel: z.string() });
const approved = ofAccount.extend({ runId: z.uuid() });

/** The tasks of the job engine that make the cleanup happen, by the names under which jobs ask for them. */
export function cleanupTasks(options: RunOptions) {
  const { clock } = options;
  return {
    cleanup_tick: () => tick(clock()),
    cleanup_run: async (payload) => {
      const scope = mintJobScope(ofAccount.parse(payload).accountId, ACTOR_LABEL);
      await carryOutClaimed(scope, await claimDueRun(scope, clock()), options);
    },
    cleanup_run_now: async (payload) => {
      const { accountId, ...request } = requested.parse(payload);
      const scope = mintJobScope(accountId, ACTOR_LABEL);
      await carryOutClaimed(scope, await claimRequestedRun(scope, request, clock()), options);
    },
    cleanup_run_approved: async (payload) => {
      const { accountId, runId } = approved.parse(payload);
      const scope = mintJobScope(accountId, ACTOR_LABEL);
      await carryOutClaimed(scope, await claimApprovedRun(scope, runId, clock()), options);
    },
  } satisfies Record<string, Task>;
}

/**
 * Every minute: ends the runs that lost their server and asks for those that are due. What is due is read from the
 * cleanup's own tables, so a job that a killed server still holds delays nothing.
 */
async function tick(now: Date): Promise<void> {
  const interrupted = await markInterrupted(now);
  if (interrupted > 0) log.warn({ interrupted }, "cleanup runs had lost their server");
  let after: string | null = null;
  do {
    const accountIds: string[] = await listDueAccounts(now, { after, limit: PAGE });
    for (const accountId of accountIds) {
      await addJob(database(), {
        task: "cleanup_run",
        payload: { accountId },
        key: `cleanup_run:${accountId}`,
        attempts: 1,
      });
    }
    after = accountIds.length < PAGE ? null : (accountIds.at(-1) ?? null);
  } while (after !== null);
}

async function carryOutClaimed(scope: Scope, claim: Claim | null, options: RunOptions): Promise<void> {
  if (claim === null) return;
  const { runId } = claim;
  log.info({ runId, accountId: scope.accountId }, "cleanup run begins");
  const status = await carryOut(scope, claim, options);
  log.info({ runId, accountId: scope.accountId, status }, "cleanup run ended");
}
