import { expect, test } from "@playwright/test";
import { z } from "zod";
import { freePort } from "../scripts/free-port.mjs";
import { createEmptyDatabase, openSql, type Sql, setting } from "./database";
import { untilTrue } from "./faults";
import { discrepancies } from "./ledger";
import { fillAccount } from "./mass-inventory";
import { type Cookie, PASSWORD, signIn } from "./people";
import { type Server, startServer } from "./server";
import { builtActions, callAction } from "./server-actions";

const EMAIL = "admin@example.test";
/** What all servers of one database share (docs/operations.md). */
const SHARED = {
  CERTSWEEP_URL: "http://certsweep.example.test",
  CERTSWEEP_SECRET: "shared by both servers of this test, 32+ characters",
  CERTSWEEP_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
  CERTSWEEP_ADMIN_EMAIL: EMAIL,
  CERTSWEEP_ADMIN_PASSWORD: PASSWORD,
};
const MANY = 9_000;

type Fleet = { first: string; second: string; servers: Record<string, Server>; sql: Sql };

let fleet: Fleet;
let accountId = "";
let putIn = 0;
const ends: (() => Promise<void>)[] = [];

// What two servers do to each other once in a hundred tries is the finding (docs/decisions/0042).
test.describe.configure({ mode: "serial", retries: 0 });

test.beforeAll(async () => {
  test.setTimeout(20 * 60_000);
  const database = await createEmptyDatabase(setting("E2E_ADMIN_URL"));
  ends.push(database.drop);
  const sql = openSql(database.url);
  ends.push(sql.close);
  // Both meet the empty database at the same moment.
  const started = await Promise.all([startOne(database.url), startOne(database.url)]);
  const [[first], [second]] = started;
  fleet = { first, second, servers: Object.fromEntries(started), sql };
  const accounts = await sql<{ id: string }[]>`select id from accounts`;
  expect(accounts).toHaveLength(1);
  accountId = accounts[0]?.id ?? "";
});

test.afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** A server under its own address; what it prints is the address that both share. */
async function startOne(databaseUrl: string): Promise<[base: string, server: Server]> {
  const port = String(await freePort(0));
  const server = await startServer(databaseUrl, { ...SHARED, PORT: port });
  ends.push(server.stop);
  return [`http://127.0.0.1:${port}`, server];
}

async function statusFor(base: string, { name, value }: Cookie): Promise<number> {
  return (await fetch(`${base}/api/cleanup`, { headers: { cookie: `${name}=${value}` } })).status;
}

/** Presses a button of the cleanup's page on one server. */
async function press(base: string, action: "runCleanupNow" | "stopCleanup", input: object) {
  const built = builtActions().find(({ name }) => name === `lib/cleanup/actions.ts#${action}`);
  if (built === undefined) throw new Error(`There is no action ${action}`);
  const { result } = await callAction(built, input, { cookie: await signedIn(), base });
  return result;
}

let cookie: Promise<Cookie> | undefined;

function signedIn(): Promise<Cookie> {
  cookie ??= signIn(EMAIL, PASSWORD, fleet.first);
  return cookie;
}

type Run = { id: string; accountId: string; status: string; removed: number; trigger: string };

function readRuns(): Promise<Run[]> {
  return fleet.sql<Run[]>`
    select id, account_id as "accountId", status, removed, trigger from cleanup_runs order by started_at, id`;
}

/** The server that carries a run out, by its log. */
function carrierOf(runId: string): string | undefined {
  const begins = `"runId":"${runId}","accountId"`;
  return [fleet.first, fleet.second].find((base) => fleet.servers[base]?.output().includes(begins));
}

test("a session made on one server is good on the other, and ended on one it is ended on both", async () => {
  const { first, second } = fleet;
  const cookie = await signIn(EMAIL, PASSWORD, first);
  expect([await statusFor(first, cookie), await statusFor(second, cookie)]).toEqual([200, 200]);
  await signOut(second, cookie);
  expect([await statusFor(first, cookie), await statusFor(second, cookie)]).toEqual([401, 401]);
});

const csrf = z.object({ csrfToken: z.string() });

async function signOut(base: string, { name, value }: Cookie): Promise<void> {
  const asked = await fetch(`${base}/api/auth/csrf`, { headers: { cookie: `${name}=${value}` } });
  const { csrfToken } = csrf.parse(await asked.json());
  const cookies = [`${name}=${value}`, ...asked.headers.getSetCookie().map((line) => line.split(";", 1).join(""))];
  const answer = await fetch(`${base}/api/auth/signout`, {
    method: "POST",
    headers: { cookie: cookies.join("; ") },
    body: new URLSearchParams({ csrfToken, json: "true" }),
  });
  expect(answer.status).toBe(200);
}

test("wrong passwords on both servers count together", async () => {
  const { first, second } = fleet;
  const stranger = "stranger@example.test";
  const attempt = (base: string) => signIn(stranger, "not the password", base).catch((error: unknown) => String(error));
  // Five are free, wherever they were made; see FIRST_SLOW_FAILURE.
  for (const base of [first, second, first, second, first]) expect(await attempt(base)).toContain("error=wrong");
  // Made longer, so that no slow machine outwaits it.
  await fleet.sql`update sign_in_failures set wait_until = wait_until + interval '1 minute' where wait_until > last_failed_at`;
  expect(await attempt(second)).toContain("error=wait");
  expect(await attempt(first)).toContain("error=wait");
});

test("Run now pressed on both servers at once gives one run", async () => {
  const { first, second, sql } = fleet;
  for (const round of [1, 2, 3]) {
    putIn += await fillAccount(sql, { accountId, expired: 3_000, valid: 3_000 });
    const answers = await Promise.all([press(first, "runCleanupNow", {}), press(second, "runCleanupNow", {})]);
    expect(answers.some((answer) => answer?.ok === true)).toBe(true);
    const refusals = answers.flatMap((answer) => (answer?.ok === false ? [answer.problem.code] : []));
    expect(refusals).toEqual(refusals.map(() => "conflict"));
    await untilTrue("the run has ended", async () => (await readRuns())[round - 1]?.status === "succeeded");
    // Whatever else was asked for has had its turn.
    await untilTrue("no job is left", async () => (await jobsLeft()) === 0);
    const runs = (await readRuns()).map(({ trigger, status, removed }) => [trigger, status, removed]);
    expect(runs).toEqual(Array.from({ length: round }, () => ["person", "succeeded", 3_000]));
  }
});

async function jobsLeft(): Promise<number> {
  return (await fleet.sql`select from graphile_worker.jobs where task_identifier like 'cleanup_run%'`).length;
}

test("both servers look at the schedule, and each account has one run for its day", async () => {
  const { first, second, sql, servers } = fleet;
  const accounts = await sql<{ id: string }[]>`
    insert into accounts (id, name, created_at) select gen_random_uuid(), 'Account ' || n, now()
    from generate_series(1, 24) n returning id`;
  for (const { id } of accounts) await fillAccount(sql, { accountId: id, expired: 300, valid: 300 });
  for (const { id } of accounts) await makeDaily(id);
  await lookAtSchedule(10);
  const ofDay = async () => (await readRuns()).filter(({ trigger }) => trigger === "schedule");
  await untilTrue("every account's run has ended", async () => {
    const ended = (await ofDay()).filter(({ status }) => status === "succeeded");
    return new Set(ended.map((run) => run.accountId)).size === accounts.length;
  });
  await lookAtSchedule(10);
  await untilTrue("no job is left", async () => (await jobsLeft()) === 0);
  const runs = await ofDay();
  expect(runs.map((run) => run.accountId).sort()).toEqual(accounts.map(({ id }) => id).sort());
  expect(runs.filter(({ removed }) => removed !== 300)).toEqual([]);
  for (const { id } of accounts) expect(await discrepancies(sql, { accountId: id, putIn: 600 })).toEqual([]);
  for (const { id } of runs) {
    const printed = [first, second].map((base) => servers[base]?.output().split(`"runId":"${id}"`).length);
    // Once as it began and once as it ended, on one server alone.
    expect(printed.toSorted()).toEqual([1, 3]);
  }
  expect(new Set(runs.map(({ id }) => carrierOf(id)))).toEqual(new Set([first, second]));
});

/** Switches the cleanup on, due every day at midnight since long ago. */
async function makeDaily(id: string): Promise<void> {
  await fleet.sql`
    insert into cleanup_settings (account_id, enabled, retention_days, skip_synced, daily_at_minute, scheduled_from, updated_at)
    values (${id}, true, 30, true, 0, now() - interval '10 days', now())`;
}

/** What each server does by itself once a minute. */
async function lookAtSchedule(times: number): Promise<void> {
  await fleet.sql`select graphile_worker.add_job('cleanup_tick') from generate_series(1, ${times}::int)`;
  await untilTrue("the schedule was looked at", async () => {
    const left = await fleet.sql`select from graphile_worker.jobs where task_identifier = 'cleanup_tick'`;
    return left.length === 0;
  });
}

test("Stop on one server stops the run that the other one carries out", async () => {
  const { first, second, sql } = fleet;
  putIn += await fillAccount(sql, { accountId, expired: MANY, valid: MANY });
  await press(first, "runCleanupNow", {});
  const runId = await runThatRuns();
  const other = carrierOf(runId) === first ? second : first;
  expect(await press(other, "stopCleanup", { runId })).toMatchObject({ ok: true });
  await untilTrue("the run has ended", async () => (await runOf(runId))?.status !== "running");
  const run = await runOf(runId);
  expect(run).toMatchObject({ status: "stopped" });
  expect(run?.removed).toBeLessThan(MANY);
  expect(await discrepancies(sql, { accountId, putIn })).toEqual([]);
});

async function runOf(runId: string): Promise<Run | undefined> {
  return (await readRuns()).find(({ id }) => id === runId);
}

/** The run that is going on and has a server that says so. */
async function runThatRuns(): Promise<string> {
  let runId = "";
  await untilTrue("a run begins", async () => {
    const running = (await readRuns()).find(({ status }) => status === "running");
    runId = running?.id ?? "";
    return carrierOf(runId) !== undefined;
  });
  return runId;
}

test("a server that is stopped in the middle of a run leaves the rest to the other", async () => {
  const { sql, servers } = fleet;
  putIn += await fillAccount(sql, { accountId, expired: MANY, valid: MANY });
  await makeDaily(accountId);
  await sql`select graphile_worker.add_job('cleanup_tick')`;
  const runId = await runThatRuns();
  const stopped = servers[carrierOf(runId) ?? ""];
  await stopped?.stop();
  const run = await runOf(runId);
  expect(run).toMatchObject({ status: "interrupted" });
  expect(run?.removed).toBeLessThan(MANY);
  await lookAtSchedule(1);
  const followers = async () =>
    (await readRuns()).filter(
      (each) => each.accountId === accountId && each.trigger === "schedule" && each.id !== runId,
    );
  await untilTrue("the next run has ended", async () => (await followers())[0]?.status === "succeeded");
  expect(await followers()).toMatchObject([{ removed: MANY - (run?.removed ?? 0) }]);
  expect(await discrepancies(sql, { accountId, putIn })).toEqual([]);
  expect(stopped?.output()).not.toContain("a database session was lost");
});
