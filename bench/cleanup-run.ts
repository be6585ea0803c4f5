import { sql } from "drizzle-orm";
import { z } from "zod";
import { closeDatabase, database } from "@/drizzle/client";
import { cleanupSettings } from "@/drizzle/schema/cleanup";
import { mintJobScope } from "@/lib/auth/scope";
import { DAY_MS } from "@/lib/certificates/rules";
import { carryOut } from "@/lib/cleanup/run";
import { claimDueRun } from "@/lib/cleanup/schedule";
import { env } from "@/lib/env";
import type { runResult } from "./cleanup-protocol";
import { withClient } from "./databases";
import { lookAtOverview } from "./overview-looks";
import { difference, sessionTime } from "./session-time";
import { noteTransactions } from "./transaction-times";

const MB = 2 ** 20;
/** Looks at the Overview that this server has answered before, so that V8 has given it as much room as it gives a server. */
const LOOKS_BEFORE = 400;

const [accountId] = z.tuple([z.uuid()]).parse(process.argv.slice(2));
await switchOn(accountId);
for (let turn = 0; turn < LOOKS_BEFORE; turn += 1) await lookAtOverview(mintJobScope(accountId, "Benchmark"), turn);
// The run's own sessions are new ones, as in the night.
await closeDatabase();
process.send?.("ready");
await new Promise((resolve) => process.once("message", resolve));
process.send?.(await runNightly());
await closeDatabase();
process.disconnect?.();

/** Certificate Cleanup is on since yesterday, every day at midnight, so that today's run is due. */
async function switchOn(account: string): Promise<void> {
  const yesterday = new Date(Date.now() - DAY_MS);
  await database().insert(cleanupSettings).values({
    accountId: account,
    enabled: true,
    retentionDays: 30,
    skipSynced: true,
    dailyAtMinute: 0,
    scheduledFrom: yesterday,
    updatedAt: yesterday,
  });
  await database().execute(sql`select 1`);
}

/** The job's own way: claim the run that is due, carry it out. A batch is a transaction: so long are its rows held. */
async function runNightly(): Promise<z.infer<typeof runResult>> {
  let peak = process.memoryUsage.rss();
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  const batches = noteTransactions(/^remove_page_/);
  const scope = mintJobScope(accountId, "Certificate Cleanup");
  const workedBefore = await sessionsOfThisProcess();
  const begun = performance.now();
  const claim = await claimDueRun(scope, new Date());
  if (claim === null) throw new Error("no run is due");
  const status = await carryOut(scope, claim, { clock: () => new Date(), signal: new AbortController().signal });
  const totalMs = performance.now() - begun;
  clearInterval(watch);
  const sessionMs = difference(await sessionsOfThisProcess(), workedBefore);
  const longestBatchMs = Math.max(...batches);
  return { status, totalMs, longestBatchMs, batches: batches.length, peakMemoryMb: peak / MB, sessionMs };
}

function sessionsOfThisProcess(): Promise<number | null> {
  return withClient(env().DATABASE_URL, (client) => sessionTime(client, { own: false }));
}
