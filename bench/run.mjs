import crypto from "node:crypto";
import path from "node:path";
import { ensurePackages } from "../scripts/install.mjs";
import { describe, Refusal } from "../scripts/refusal.mjs";
import { runNode } from "../scripts/run-command.mjs";
import { onStop, stop, stopOnSignals } from "../scripts/stopping.mjs";

const ROOT = path.join(import.meta.dirname, "..");

/** Each is `bench/NAME.ts`; those that need no database start none. */
const BENCHMARKS = {
  cleanup: { needsDatabase: true },
  scale: { needsDatabase: true },
  import: { needsDatabase: true },
  list: { needsDatabase: true },
  api: { needsDatabase: true },
  web: { needsDatabase: false },
  probe: { needsDatabase: false },
};

stopOnSignals(130);
try {
  await stop(await runAll(process.argv.slice(2)));
} catch (error) {
  console.error(describe(error));
  await stop(1);
}

/** `node bench/run.mjs [NAME …] [options of the benchmarks]`: one after the other; exit code 1 when one could not be made. */
async function runAll(args) {
  const names = args.filter((arg) => arg in BENCHMARKS);
  const options = args.filter((arg) => !(arg in BENCHMARKS));
  const chosen = names.length > 0 ? names : Object.keys(BENCHMARKS);
  await ensurePackages(ROOT);
  const env = await prepareEnvironment(chosen.some((name) => BENCHMARKS[name].needsDatabase));
  let failed = 0;
  for (const name of chosen) {
    console.log(`\n== bench:${name}`);
    const program = path.join(ROOT, `bench/${name}.ts`);
    // The condition makes `server-only` the empty module that it is on the server.
    const node = ["--conditions=react-server", "--import", "tsx", program, ...options];
    const { ok } = await runNode(node, { env, cwd: ROOT, live: true });
    if (!ok) failed += 1;
  }
  return failed > 0 ? 1 : 0;
}

/** None of the operator's settings but DATABASE_URL reach the benchmarks. */
async function prepareEnvironment(needsDatabase) {
  const { DATABASE_URL, PORT, HOST, ...rest } = process.env;
  const own = Object.entries(rest).filter(([name]) => !name.startsWith("CERTSWEEP_"));
  const env = {
    ...Object.fromEntries(own),
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    CERTSWEEP_SECRET: crypto.randomBytes(32).toString("hex"),
    CERTSWEEP_ENCRYPTION_KEY: crypto.randomBytes(32).toString("base64"),
  };
  if (!needsDatabase) return env;
  return { ...env, ...(await prepareServer(DATABASE_URL)) };
}

/** A server with the settings that `npm start` gives it, so that commits wait for the disk; or the operator's own. */
async function prepareServer(databaseUrl) {
  const { sweepDatabases, checkServer } = await import("./server.mjs");
  const prefix = `certsweep_bench_${crypto.randomBytes(4).toString("hex")}`;
  if (databaseUrl) {
    await checkServer(databaseUrl);
    onStop(() => sweepDatabases(databaseUrl, prefix));
    return { BENCH_SERVER_URL: databaseUrl, BENCH_PREFIX: prefix };
  }
  const { startTestPostgres } = await import("../scripts/test-postgres.mjs");
  const postgres = await startTestPostgres([]).catch((cause) => {
    throw cause instanceof Refusal ? cause : new Error("The embedded PostgreSQL did not start", { cause });
  });
  onStop(postgres.stop);
  return { BENCH_SERVER_URL: postgres.adminUrl, BENCH_PREFIX: prefix };
}
