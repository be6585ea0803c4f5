import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { Logger, type Runner, run } from "graphile-worker";
import { Pool } from "pg";
import { closeDatabase } from "@/drizzle/client";
import { cleanupTasks } from "@/lib/cleanup/job";
import { deploymentTasks } from "@/lib/deployments/job";
import { discoveryTasks } from "@/lib/discovery/job";
import { env } from "@/lib/env";
import { issuerTasks } from "@/lib/issuers/job";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { log } from "@/lib/log";
import { notificationTasks } from "@/lib/notifications/job";
import { orderTasks } from "@/lib/orders/job";
import { removalTasks } from "@/lib/removal/job";
import { revocationTasks } from "@/lib/revocation/job";
import { syncTasks } from "@/lib/syncs/job";

declare global {
  var certsweepWorker: Worker | undefined;
}

/** Takes jobs until it is stopped; `stop` returns when the job at hand has ended. */
export type Worker = { stop: () => Promise<void> };

/** Jobs at once, and sessions for them: long runs, bulk deletions, scans and looks at endpoints leave room for what else is due. */
const CONCURRENCY = 8;
const RESTART_MS = 5_000;
/** A session that hangs keeps nobody from stopping. */
const CLOSE_MS = 3_000;
/** What each of these finds undone is read from its own tables, so one that is missed costs a minute. */
const TICKS = [
  "cleanup_tick",
  "bulk_deletion_tick",
  "notifications_tick",
  "endpoints_tick",
  "discovery_tick",
  "syncs_tick",
  "orders_tick",
  "renewals_tick",
  "revocation_checks_tick",
  "authorities_tick",
  "revocations_tick",
];
// In no queue: the engine would hold that for four hours for a server that died in the middle of a tick.
const EVERY_MINUTE = TICKS.map((task) => `* * * * * ${task} ?jobKey=${task}&max=1`).join("\n");

/** Begins to take jobs in this server process, once however often it is called, and stops with the server. */
export function startWorker(): void {
  if (globalThis.certsweepWorker !== undefined) return;
  const worker = openWorker({ connectionString: env().DATABASE_URL, clock: () => new Date() });
  globalThis.certsweepWorker = worker;
  // The launcher runs what is in this set before the database goes; under another launcher there is none. By then no
  // request is running, so once the job at hand has ended nobody needs the pool.
  const hooks: unknown = Reflect.get(globalThis, Symbol.for("certsweep.stop"));
  if (hooks instanceof Set) hooks.add(() => worker.stop().then(closeDatabase));
}

/** A worker of its own. One that fails, such as while the database is away, is opened again. */
export function openWorker(options: { connectionString: string; clock: () => Date }): Worker {
  const stopping = new AbortController();
  let runner: Runner | null = null;
  const open = async () => {
    while (!stopping.signal.aborted) {
      const pool = openPool(options.connectionString);
      try {
        runner = await openRunner(pool, options.clock, stopping.signal);
        if (stopping.signal.aborted) await runner.stop();
        // What fell due while no server ran is not left until the next full minute.
        else for (const task of TICKS) await runner.addJob(task, {}, { jobKey: task, maxAttempts: 1 });
        await runner.promise;
      } catch (error) {
        log.error({ err: error }, "the job worker failed and is opened again");
      }
      runner = null;
      // A pool that the engine makes itself is ended without waiting, and the database may be gone before its sessions are.
      await Promise.race([pool.end(), sleep(CLOSE_MS, undefined, { ref: false })]);
      await sleep(RESTART_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ended = open();
  const stop = async () => {
    if (!stopping.signal.aborted) {
      stopping.abort();
      // One that has just failed by itself refuses to be stopped again, and is logged where it is awaited.
      await runner?.stop().catch(() => undefined);
    }
    await ended;
  };
  return { stop };
}

function openPool(connectionString: string): Pool {
  const pool = new Pool({ connectionString, max: CONCURRENCY, application_name: "certsweep jobs" });
  // The engine logs lost sessions while it runs. One that is lost before or after would be an uncaught error.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

function openRunner(pgPool: Pool, clock: () => Date, signal: AbortSignal): Promise<Runner> {
  return run({
    pgPool,
    schema: JOB_SCHEMA,
    concurrency: CONCURRENCY,
    pollInterval: 2_000,
    noHandleSignals: true,
    crontab: EVERY_MINUTE,
    taskList: {
      ...cleanupTasks({ clock, signal }),
      ...removalTasks({ clock, signal }),
      ...notificationTasks({ clock }),
      ...deploymentTasks({ clock, signal }),
      ...discoveryTasks({ clock, signal }),
      ...syncTasks({ clock, signal }),
      ...orderTasks({ clock, signal }),
      ...revocationTasks({ clock, signal }),
      ...issuerTasks({ clock, signal }),
    },
    logger,
  });
}

const logger = new Logger(({ label, taskIdentifier, jobId }) => (level, message) => {
  const from = { label, taskIdentifier, jobId };
  switch (level) {
    case "error":
      return log.error(from, message);
    case "warning":
      return log.warn(from, message);
    // What the engine says of each job says nothing that the run's own record does not.
    case "info":
    case "debug":
      return log.debug(from, message);
  }
});
