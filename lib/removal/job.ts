import "server-only";
import type { Task } from "graphile-worker";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { mintDeputyScope } from "@/lib/auth/scope";
import { addBulkJob, claimBulk, listLeftBulks } from "@/lib/removal/bulk-claim";
import { carryOutBulk } from "@/lib/removal/bulk-run";

const PAGE = 200;

const requested = z.object({ accountId: z.uuid(), bulkDeletionId: z.uuid() });

/** The tasks of the job engine that carry out bulk deletions, by the names under which jobs ask for them. */
export function removalTasks(options: { clock: () => Date; signal: AbortSignal }) {
  const { clock } = options;
  return {
    bulk_deletion_tick: () => tick(clock()),
    bulk_deletion: async (payload) => {
      const { accountId, bulkDeletionId } = requested.parse(payload);
      const claim = await claimBulk({ accountId }, bulkDeletionId, clock());
      if (claim === null) return;
      const { requestedById: userId, requestedByTokenId: tokenId, requestedByLabel: label } = claim;
      await carryOutBulk(mintDeputyScope({ accountId, userId, tokenId, label }), claim, options);
    },
  } satisfies Record<string, Task>;
}

/** Every minute: has a job go on with what lost its server, so that a job which a killed server still holds delays nothing. */
async function tick(now: Date): Promise<void> {
  let after: string | null = null;
  do {
    const left: { accountId: string; id: string }[] = await listLeftBulks(now, { after, limit: PAGE });
    for (const { accountId, id } of left) await addBulkJob(database(), { accountId }, id);
    after = left.length < PAGE ? null : (left.at(-1)?.id ?? null);
  } while (after !== null);
}
