import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { closeDatabase } from "@/drizzle/client";
import { mintJobScope } from "@/lib/auth/scope";
import { lookAtOverview } from "./overview-looks";

const PAUSE_MS = 5;
/** Before times are taken: the sessions are made, the caches filled, the code compiled. */
const WARM_UP = 40;

const [accountId] = z.tuple([z.uuid()]).parse(process.argv.slice(2));
const scope = mintJobScope(accountId, "Benchmark");
let times = { list: [] as number[], summary: [] as number[] };
let isOver = false;

process.on("message", (message) => {
  if (message === "report") process.send?.(times);
  if (message === "end") isOver = true;
  times = { list: [], summary: [] };
});
for (let turn = 0; turn < WARM_UP; turn += 1) await lookAtOverview(scope, turn);
process.send?.("ready");
for (let turn = 0; !isOver; turn += 1) {
  const { list, summary } = await lookAtOverview(scope, turn);
  times.list.push(list);
  times.summary.push(summary);
  await sleep(PAUSE_MS);
}
await closeDatabase();
process.disconnect?.();
