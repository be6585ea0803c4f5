import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { z } from "zod";
import { closeDatabase } from "@/drizzle/client";
import { mintPersonScope } from "@/lib/auth/scope";
import { addFiles } from "@/lib/certificates/commands";
import { type BenchFile, readCorpus } from "./import-files";
import { FILES_PER_REQUEST, type ImportMessage, type ImportResult, MARKS, madeFiles, WARM_UP } from "./import-protocol";
import { ownSeconds, sessionSeconds } from "./processor-time";
import { quantile } from "./statistics";

const [accountId, userId, email] = z.tuple([z.uuid(), z.uuid(), z.string()]).parse(process.argv.slice(2));
const scope = mintPersonScope({ accountId, userId, email, role: "admin" });
const now = new Date();

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

say({ kind: "result", result: await run() });
await closeDatabase();
process.disconnect?.();

async function run(): Promise<ImportResult> {
  const [least, most] = MARKS;
  for (let done = 0; done < WARM_UP; done += FILES_PER_REQUEST)
    await importAll(await orderFiles(1 + done, FILES_PER_REQUEST));
  const times: number[] = [];
  const memory: ImportResult["memory"] = [];
  const sessionsBefore = await sessionSeconds();
  let own = 0;
  for (let done = 0; done < most; done += FILES_PER_REQUEST) {
    // They come between the measured times, and are let go after each request, as a server does.
    const files = await orderFiles(WARM_UP + 1 + done, FILES_PER_REQUEST);
    const ownBefore = ownSeconds();
    times.push((await importAll(files)).milliseconds);
    own += ownSeconds() - ownBefore;
    if (done + FILES_PER_REQUEST === least || done + FILES_PER_REQUEST === most) memory.push(look(done));
  }
  const sessionsAfter = await sessionSeconds();
  const sessions = sessionsBefore === null || sessionsAfter === null ? null : sessionsAfter - sessionsBefore;
  const total = times.reduce((sum, time) => sum + time, 0);
  return {
    perSecond: (most / total) * 1_000,
    perProcessorSecond: sessions === null ? null : most / (own + sessions),
    databaseShare: sessions === null ? null : sessions / (own + sessions),
    corpus: await importCorpus(),
    median: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    memory,
  };
}

function say(message: ImportMessage): void {
  process.send?.(message);
}

/** Files that another process makes, so that this one does nothing but import. */
async function orderFiles(first: number, count: number): Promise<BenchFile[]> {
  const arrival = once(process, "message");
  say({ kind: "order", order: { first, count } });
  const [message] = z
    .tuple([z.string()])
    .rest(z.unknown())
    .parse(await arrival);
  const files = madeFiles.parse(JSON.parse(message));
  return files.map(({ name, text }) => ({ name, bytes: Buffer.from(text) }));
}

/** What the server action of the upload screen does with a form's files. */
async function importAll(files: BenchFile[]): Promise<{ milliseconds: number; certificates: number }> {
  let certificates = 0;
  let milliseconds = 0;
  for (let from = 0; from < files.length; from += FILES_PER_REQUEST) {
    const batch = files.slice(from, from + FILES_PER_REQUEST);
    const begun = performance.now();
    const outcomes = await addFiles(scope, { files: batch, givenName: null, now });
    milliseconds += performance.now() - begun;
    certificates += outcomes.reduce((sum, each) => sum + (each.kind === "read" ? each.certificates.length : 0), 0);
  }
  return { milliseconds, certificates };
}

async function importCorpus(): Promise<ImportResult["corpus"]> {
  const files = readCorpus();
  if (files.length === 0) return null;
  const { milliseconds, certificates } = await importAll(files);
  return { files: files.length, certificates, perSecond: (certificates / milliseconds) * 1_000 };
}

function look(done: number): ImportResult["memory"][number] {
  const peak = process.resourceUsage().maxRSS / 1024;
  collectGarbage();
  return { certificates: done + FILES_PER_REQUEST, heap: process.memoryUsage().heapUsed / 2 ** 20, peak };
}
