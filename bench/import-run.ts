import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { z } from "zod";
import { closeDatabase } from "@/drizzle/client";
import { mintPersonScope } from "@/lib/auth/scope";
import { addFiles } from "@/lib/certificates/commands";
import { type BenchFile, prepareFiles, readCorpus } from "./import-files";
import { FILES_PER_REQUEST, type ImportResult, MARKS } from "./import-protocol";
import { ownSeconds, sessionSeconds } from "./processor-time";
import { quantile } from "./statistics";

const [accountId, userId, email] = z.tuple([z.uuid(), z.uuid(), z.string()]).parse(process.argv.slice(2));
const scope = mintPersonScope({ accountId, userId, email, role: "admin" });
const now = new Date();

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const makeFile = await prepareFiles(now);
process.send?.(await run());
await closeDatabase();
process.disconnect?.();

async function run(): Promise<ImportResult> {
  const [least, most] = MARKS;
  // Code that runs for the first time is slow once in the life of a server.
  await importAll(await makeFiles(1, 400));
  const times: number[] = [];
  const memory: ImportResult["memory"] = [];
  const sessionsBefore = await sessionSeconds();
  let own = 0;
  for (let done = 0; done < most; done += FILES_PER_REQUEST) {
    // Made beside the measured time, and let go after each request, as a server does.
    const files = await makeFiles(1_001 + done, FILES_PER_REQUEST);
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

function makeFiles(first: number, count: number): Promise<BenchFile[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => makeFile(first + index)));
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
