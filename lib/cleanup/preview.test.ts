import { getTableName, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { deployments, destinations, syncs } from "@/drizzle/schema/use";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertDeployment, insertPerson, insertSync, TEST_NOW } from "@/drizzle/test-rows";
import { mintJobScope, type PersonScope } from "@/lib/auth/scope";
import { PAGE_SIZE } from "@/lib/certificates/rules";
import { saveSettings } from "@/lib/cleanup/commands";
import { listSkips } from "@/lib/cleanup/history";
import { foreseenAt, listForeseen, readEffect } from "@/lib/cleanup/preview";
import {
  BRAKE_PERCENT_MAX,
  CLEANUP_DEFAULTS,
  cutoffOf,
  PREVIEW_OUTCOMES,
  type PreviewOutcome,
  SKIP_REASONS,
} from "@/lib/cleanup/rules";
import { carryOut } from "@/lib/cleanup/run";
import { claimRequestedRun } from "@/lib/cleanup/schedule";
import { newId } from "@/lib/ids";
import type { Page, Position } from "@/lib/paging/rules";
import type { MomentPlace } from "@/lib/paging/schema";
import { listRemovalsOfRun } from "@/lib/removal/queries";

useTestDatabase();

const DAYS = 7;
const cutoff = cutoffOf(DAYS, TEST_NOW);
const notBefore = new Date("2020-01-01T00:00:00Z");

/** Certificates of every kind on both sides of the cutoff, many of which share a notAfter, also across pages. */
async function makeInventory(accountId: string): Promise<void> {
  const kinds = Array.from({ length: 420 }, (_, index) => ({
    name: `${index}`,
    notBefore,
    notAfter: new Date(cutoff.getTime() - 1 + (index % 7 === 0 ? 1 + (index % 2) : -Math.floor(index / 120))),
    source: index % 3 === 0 ? ("issued" as const) : ("uploaded" as const),
    revokedAt: index % 11 === 0 ? notBefore : null,
  }));
  const made = await insertCertificates(accountId, [...kinds, { name: "valid" }, { revokedAt: notBefore }]);
  const destinationId = newId();
  await database().insert(destinations).values({ accountId, id: destinationId, name: "Cloud", createdAt: TEST_NOW });
  const added = { addedAt: TEST_NOW, addedByLabel: "member@example.test" };
  const used = made.filter((_, index) => index % 5 === 0);
  await database()
    .insert(deployments)
    .values(
      used.map(({ id }) => ({
        ...{ accountId, id: newId(), certificateId: id, service: "Gateway", resource: id, note: "", ...added },
      })),
    );
  const sync = ({ id }: { id: string }, state: "active" | "removed", enabled: boolean) => ({
    ...{ accountId, id: newId(), certificateId: id, destinationId, enabled, state, addedAt: TEST_NOW },
  });
  await database()
    .insert(syncs)
    .values([
      ...made.filter((_, index) => index % 4 === 0).map((one) => sync(one, "active", true)),
      ...made.filter((_, index) => index % 4 === 1).map((one) => sync(one, "removed", true)),
      ...made.filter((_, index) => index % 4 === 2).map((one) => sync(one, "active", false)),
    ]);
}

/** Every id of a list, page after page. */
async function walk<Row extends { id: string }, Place>(
  read: (position: Position<Place>) => Promise<Page<Row, Place>>,
): Promise<string[]> {
  const ids: string[] = [];
  let after: Place | null = null;
  do {
    const page: Page<Row, Place> = await read({ after, before: null });
    ids.push(...page.rows.map((row) => row.id));
    after = page.next;
  } while (after !== null);
  return ids;
}

async function foresee(admin: PersonScope, skipSynced: boolean): Promise<Record<PreviewOutcome, string[]>> {
  const run = foreseenAt({ retentionDays: DAYS, skipSynced, at: TEST_NOW });
  const ids = (outcome: PreviewOutcome) =>
    walk((position: Position<MomentPlace>) => listForeseen(admin, { ...run, outcome }, position));
  return { removable: await ids("removable"), deployed: await ids("deployed"), synced: await ids("synced") };
}

async function carryOutRun(admin: PersonScope, skipSynced: boolean): Promise<string> {
  const settings = { ...CLEANUP_DEFAULTS, retentionDays: DAYS, skipSynced, brakePercent: BRAKE_PERCENT_MAX };
  await saveSettings(admin, { ...settings, seenUpdatedAt: null, now: TEST_NOW });
  const scope = mintJobScope(admin.accountId, "Certificate Cleanup");
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const claim = await claimRequestedRun(scope, request, TEST_NOW);
  if (claim === null) throw new Error("the run was not claimed");
  expect(await carryOut(scope, claim, { clock: () => TEST_NOW, signal: new AbortController().signal })).toBe(
    "succeeded",
  );
  return claim.runId;
}

test.each([true, false])(
  "with skipping of synced ones %s, a run does to each what was previewed",
  async (skipSynced) => {
    const admin = await insertPerson({ role: "admin" });
    await makeInventory(admin.accountId);
    await makeInventory((await insertPerson()).accountId);
    const foreseen = await foresee(admin, skipSynced);
    const run = foreseenAt({ retentionDays: DAYS, skipSynced, at: TEST_NOW });
    const effect = await readEffect(admin, { ...run, brakePercent: BRAKE_PERCENT_MAX });
    const runId = await carryOutRun(admin, skipSynced);

    const removed = await walk((position: Position<string>) => listRemovalsOfRun(admin, runId, position));
    const [deployed, synced, failed] = await Promise.all(
      SKIP_REASONS.map((reason) => walk((position: Position<string>) => listSkips(admin, { runId, reason }, position))),
    );
    expect(removed.length).toBeGreaterThan(3 * PAGE_SIZE);
    expect(new Set(foreseen.removable).size).toBe(foreseen.removable.length);
    expect([...foreseen.removable].sort()).toEqual(removed);
    expect([...foreseen.deployed].sort()).toEqual(deployed);
    expect([...foreseen.synced].sort()).toEqual(synced);
    expect(failed).toEqual([]);
    if (skipSynced) expect(foreseen.synced.length).toBeGreaterThan(PAGE_SIZE);
    else expect(foreseen.synced).toEqual([]);
    expect(effect).toEqual({
      removable: { count: removed.length, isCapped: false },
      skippedDeployed: { count: deployed?.length, isCapped: false },
      skippedSynced: { count: synced?.length, isCapped: false },
      held: null,
    });
  },
);

test("a preview goes in the order in which the run walks, back and forth", async () => {
  const admin = await insertPerson({ role: "admin" });
  await makeInventory(admin.accountId);
  const run = { ...foreseenAt({ retentionDays: DAYS, skipSynced: true, at: TEST_NOW }), outcome: "removable" as const };
  const first = await listForeseen(admin, run, { after: null, before: null });
  const second = await listForeseen(admin, run, { after: first.next, before: null });
  const third = await listForeseen(admin, run, { after: second.next, before: null });
  const rows = [...first.rows, ...second.rows, ...third.rows];
  const keys = rows.map(({ notAfter, id }) => `${notAfter} ${id}`);
  expect(keys).toEqual([...keys].sort());
  expect(first.previous).toBeNull();
  expect(await listForeseen(admin, run, { after: null, before: third.previous })).toEqual(second);
  expect((await listForeseen(admin, run, { after: null, before: second.previous })).rows).toEqual(first.rows);
});

test("a preview says who uses a certificate, and that the brake would hold the run", async () => {
  const admin = await insertPerson({ role: "admin" });
  const old = { notBefore, notAfter: new Date(cutoff.getTime() - 1) };
  const made = await insertCertificates(
    admin.accountId,
    Array.from({ length: 130 }, () => old),
  );
  const used = made[0]?.id ?? "";
  await insertDeployment(admin.accountId, used, { service: "Gateway", resource: "gw:443" });
  await insertSync(admin.accountId, used, { destination: "Cloud one" });
  await insertSync(admin.accountId, made[1]?.id ?? "", { destination: "Cloud two" });
  const run = foreseenAt({ retentionDays: DAYS, skipSynced: true, at: TEST_NOW });
  const list = (outcome: PreviewOutcome) => listForeseen(admin, { ...run, outcome }, { after: null, before: null });
  expect((await list("deployed")).rows).toMatchObject([
    { id: used, deployedAt: "Gateway gw:443", syncedTo: "Cloud one" },
  ]);
  expect((await list("synced")).rows).toMatchObject([{ deployedAt: null, syncedTo: "Cloud two" }]);
  expect((await list("removable")).rows[0]).toMatchObject({ deployedAt: null, syncedTo: null });
  const weight = { removable: 128, inventory: 130 };
  expect((await readEffect(admin, { ...run, brakePercent: 50 })).held).toEqual(weight);
  expect((await readEffect(admin, { ...run, brakePercent: 98 })).held).toEqual(weight);
  expect((await readEffect(admin, { ...run, brakePercent: 99 })).held).toBeNull();
});

const tableNames = z.array(z.object({ name: z.string() }));

/** Every version of every row with who wrote and who locked it, in all tables of the product and of its job engine. */
async function pictureOfEverything(): Promise<unknown[]> {
  const { rows } = await database().execute(sql`select format('%I.%I', schemaname, tablename) as name
    from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1`);
  const pictures: unknown[] = [];
  for (const { name } of tableNames.parse(rows)) {
    const picture = await database().execute(
      sql`select ${name} as name, count(*), md5(string_agg(t::text || ctid || xmin || xmax, ',' order by ctid)) from ${sql.raw(name)} t`,
    );
    pictures.push(picture.rows);
  }
  return pictures;
}

test("a preview writes nothing, and could not", async () => {
  const admin = await insertPerson({ role: "admin" });
  await makeInventory(admin.accountId);
  const preview = async () => {
    const run = foreseenAt({ retentionDays: DAYS, skipSynced: true, at: TEST_NOW });
    await readEffect(admin, { ...run, brakePercent: 10 });
    for (const outcome of PREVIEW_OUTCOMES) {
      const { next } = await listForeseen(admin, { ...run, outcome }, { after: null, before: null });
      await listForeseen(admin, { ...run, outcome }, { after: next, before: null });
    }
  };
  const before = await pictureOfEverything();
  expect(before.length).toBeGreaterThan(10);
  await preview();
  expect(await pictureOfEverything()).toEqual(before);

  // From here on, who looks at certificates in a transaction that can write gets an error.
  const name = sql.identifier(getTableName(certificates));
  await database().execute(sql`create function must_be_read_only() returns boolean language plpgsql volatile as
    $$ begin if current_setting('transaction_read_only') <> 'on' then raise 'this can write'; end if; return true; end $$`);
  await database().execute(sql`alter table ${name} rename to certificates_behind`);
  await database().execute(sql`create view ${name} as select * from certificates_behind where must_be_read_only()`);
  await expect(database().select().from(certificates)).rejects.toMatchObject({ cause: { message: "this can write" } });
  await expect(preview()).resolves.toBeUndefined();
  await database().execute(sql`drop view ${name}`);
  await database().execute(sql`alter table certificates_behind rename to ${name}`);
});
