import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { closeDatabase } from "@/drizzle/client";
import { mintJobScope } from "@/lib/auth/scope";
import { listCertificates } from "@/lib/certificates/queries";
import { listQuery } from "@/lib/certificates/schema";
import { summariseCertificates } from "@/lib/certificates/summary";

const PAUSE_MS = 5;

/** What people look at, in turn. */
const LOOKS = [{}, { status: "expired" }, { status: "valid" }, { sort: "name" }].map((look) => listQuery.parse(look));

const [accountId] = z.tuple([z.uuid()]).parse(process.argv.slice(2));
const scope = mintJobScope(accountId, "Benchmark");
let times = { list: [] as number[], summary: [] as number[] };
let isOver = false;

process.on("message", (message) => {
  if (message === "report") process.send?.(times);
  if (message === "end") isOver = true;
  times = { list: [], summary: [] };
});
// The first round only makes the sessions and fills the caches.
for (const look of LOOKS) await ask(look);
times = { list: [], summary: [] };
process.send?.("ready");
for (let turn = 0; !isOver; turn += 1) {
  await ask(LOOKS[turn % LOOKS.length] ?? listQuery.parse({}));
  await sleep(PAUSE_MS);
}
await closeDatabase();
process.disconnect?.();

/** As the page asks: the rows and the figures, in parallel. */
async function ask(look: z.output<typeof listQuery>): Promise<void> {
  const now = new Date();
  const begun = performance.now();
  await Promise.all([
    listCertificates(scope, look, now).then(() => times.list.push(performance.now() - begun)),
    summariseCertificates(scope, look, now).then(() => times.summary.push(performance.now() - begun)),
  ]);
}
