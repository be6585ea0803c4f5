import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import { z } from "zod";
import { ADMIN, type Fault, strike, untilTrue, type Victim, withVictim } from "./faults";
import { discrepancies } from "./ledger";
import { fillAccount, putSomeToUse } from "./mass-inventory";
import { signIn } from "./people";
import { builtActions, callAction } from "./server-actions";

const EXPIRED = 12_000;
const USED = 40;
/** How long after a sign of life, at most. */
const WITHIN_MS = 250;

const TURNS: Fault[] = [
  "kill -9 of the server",
  "kill -9 of PostgreSQL",
  "a connection that breaks",
  "kill -9 of a database session",
  "kill -9 of both",
  "SIGTERM to the server",
  "kill -9 of the server",
];

type Bulk = { status: string; removed: number; isFinished: boolean };

// One loss in a hundred tries is the finding (docs/decisions/0042).
test.describe.configure({ retries: 0 });

test("a bulk deletion that is struck again and again comes to its end, and each certificate is accounted for", async () => {
  test.setTimeout(20 * 60_000);
  await withVictim(async (victim, random) => {
    const { sql } = victim;
    const [account] = await sql<{ id: string }[]>`select id from accounts`;
    const accountId = account?.id ?? "";
    const putIn = await fillAccount(sql, { accountId, expired: EXPIRED, valid: 100 });
    await putSomeToUse(sql, accountId, USED);
    const id = await deleteExpired(victim);
    let before = 0;
    for (const fault of TURNS) {
      await untilTrue("it goes on", async () => (await readBulk(victim, id)).removed > before);
      await sleep(random() * WITHIN_MS);
      await strike(victim, fault);
      expect(await discrepancies(sql, { accountId, putIn }), fault).toEqual([]);
      const { removed, isFinished } = await readBulk(victim, id);
      expect([fault, isFinished]).toEqual([fault, false]);
      before = removed;
      await lookForLeft(victim);
    }
    await untilTrue("it has ended", async () => (await readBulk(victim, id)).isFinished);
    expect(await readBulk(victim, id)).toMatchObject({ status: "succeeded", removed: EXPIRED - USED * 2 });
    expect(await discrepancies(sql, { accountId, putIn })).toEqual([]);
    const skips = await sql`select reason, count(*)::int from bulk_deletion_skips group by reason order by reason`;
    expect(skips).toEqual([
      { reason: "deployed", count: USED },
      { reason: "synced", count: USED },
    ]);
  });
});

/** Presses Delete for everything that the filter "Expired" shows. */
async function deleteExpired({ server }: Victim): Promise<string> {
  const { CERTSWEEP_ADMIN_EMAIL: email, CERTSWEEP_ADMIN_PASSWORD: password } = ADMIN;
  const cookie = await signIn(email, password, server.url);
  const action = builtActions().find(({ name }) => name === "lib/removal/actions.ts#deleteCertificates");
  if (action === undefined) throw new Error("There is no such action");
  const input = { selection: { kind: "filter", filter: { status: "expired" } } };
  const { result } = await callAction(action, input, { cookie, base: server.url });
  const answer = z.object({ ok: z.literal(true), value: z.object({ bulkDeletionId: z.uuid() }) }).parse(result);
  return answer.value.bulkDeletionId;
}

async function readBulk({ sql }: Victim, id: string): Promise<Bulk> {
  const [bulk] = await sql<Bulk[]>`
    select status, removed, finished_at is not null as "isFinished" from bulk_deletions where id = ${id}`;
  if (bulk === undefined) throw new Error("The bulk deletion is gone");
  return bulk;
}

/** Lets a minute pass, so to speak: only then is it sure that a server which was at it is gone, and another one goes on. */
async function lookForLeft({ sql }: Victim): Promise<void> {
  await sql`update bulk_deletions set heartbeat_at = heartbeat_at - interval '2 minutes' where finished_at is null`;
  await sql`select graphile_worker.add_job('bulk_deletion_tick')`;
}
