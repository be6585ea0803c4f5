import "server-only";
import type { Task } from "graphile-worker";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { mintDeputyScope } from "@/lib/auth/scope";
import { addScanJob, claimScan, listLeftScans } from "@/lib/discovery/claim";
import { carryOutScan } from "@/lib/discovery/run";

const requested = z.object({ accountId: z.uuid(), scanId: z.uuid() });

/** The tasks of the job engine that carry out scans, by the names under which jobs ask for them. */
export function discoveryTasks(options: { clock: () => Date; signal: AbortSignal }) {
  const { clock } = options;
  return {
    /** Every minute: has a job go on with what lost its server. */
    discovery_tick: async () => {
      for (const { accountId, id } of await listLeftScans(clock())) await addScanJob(database(), { accountId }, id);
    },
    discovery: async (payload) => {
      const { accountId, scanId } = requested.parse(payload);
      const claim = await claimScan({ accountId }, scanId, clock());
      if (claim === null) return;
      const { requestedById: userId, requestedByLabel } = claim;
      const label = `${requestedByLabel} (discovery)`;
      await carryOutScan(mintDeputyScope({ accountId, userId, tokenId: null, label }), claim, options);
    },
  } satisfies Record<string, Task>;
}
