import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { readArguments } from "./arguments";
import { startChild } from "./children";
import { overviewTimes, runResult } from "./cleanup-protocol";
import { reportCleanup } from "./cleanup-report";
import {
  countAll,
  removeAtOnce,
  removeInPages,
  removeOneByOne,
  type Task,
  type VariantResult,
} from "./cleanup-variants";
import { copyDatabase, dropDatabase } from "./databases";
import { type Dataset, prepareDataset } from "./dataset";

const IDLE_MS = 5_000;
/** Certificates that the one-by-one shape looks at: more would only take longer. */
const SAMPLE = 5_000;
/** With more, the run is also made at this size, to see whether its memory grows. */
const SMALL = 100_000;

export type RunResult = z.infer<typeof runResult>;
export type OverviewTimes = z.infer<typeof overviewTimes>;
/** One round: every variant once, each on a copy of its own. */
export type Round = {
  eligible: number;
  floor: VariantResult;
  product: RunResult & VariantResult & { left: number };
  small: RunResult | null;
  pages: VariantResult;
  oneByOne: VariantResult;
  overview: { idle: OverviewTimes; beside: OverviewTimes };
};

const { size, rounds } = readArguments();
const now = new Date();
const dataset = await prepareDataset(size, now);
const small = size > SMALL ? await prepareDataset(SMALL, now) : null;
const done: Round[] = [];
for (let round = 1; round <= rounds; round += 1) {
  console.log(`Round ${round} of ${rounds}`);
  done.push(await playRound(dataset));
}
reportCleanup(dataset, done, now);

async function playRound(data: Dataset): Promise<Round> {
  const { eligible } = await countAll({ url: data.database.url, accountId: data.accountId });
  const floor = await onCopy(data, removeAtOnce);
  const product = await onCopy(data, runProduct);
  const atSmall = small === null ? null : await onCopy(small, runProduct);
  const pages = await onCopy(data, removeInPages);
  const oneByOne = await onCopy(data, removeOneByOne);
  const overview = await onCopy(data, watchOverview);
  return { eligible, floor, product, small: atSmall, pages, oneByOne, overview };
}

/** Runs a variant on a fresh copy whose inventory was read once, so that all find the same caches. */
async function onCopy<T>(data: Dataset, variant: (task: Task) => Promise<T>): Promise<T> {
  const copy = await copyDatabase(data.database, variant.name.toLowerCase());
  const task = { url: copy.url, accountId: data.accountId, sample: Math.min(SAMPLE, data.size) };
  try {
    await countAll(task);
    return await variant(task);
  } finally {
    await dropDatabase(copy);
  }
}

/** The nightly run in a process of its own, so that its memory is its own. */
async function runProduct(task: Task): Promise<Round["product"]> {
  const run = startChild("cleanup-run.ts", task.url, [task.accountId]);
  await run.hear();
  run.tell("go");
  const result = runResult.parse(await run.hear());
  await run.ended;
  const { eligible, records } = await countAll(task);
  return { ...result, removed: records, left: eligible };
}

/** The Overview's queries from another process: first with nothing beside them, then during a nightly run. */
async function watchOverview(task: Task): Promise<Round["overview"]> {
  const run = startChild("cleanup-run.ts", task.url, [task.accountId]);
  const overview = startChild("cleanup-overview.ts", task.url, [task.accountId]);
  await Promise.all([run.hear(), overview.hear()]);
  overview.tell("begin");
  await sleep(IDLE_MS);
  overview.tell("report");
  const idle = overviewTimes.parse(await overview.hear());
  run.tell("go");
  await run.hear();
  overview.tell("report");
  const beside = overviewTimes.parse(await overview.hear());
  overview.tell("end");
  await Promise.all([run.ended, overview.ended]);
  return { idle, beside };
}
