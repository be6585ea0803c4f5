import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { removeEach } from "@/lib/removal/bisect";

useTestDatabase();

const old = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2021-01-01T00:00:00Z") };

/** Removes 40 certificates of which the database will not let one go, and answers with what it says of that one. */
async function removeBeside(hold: (held: { accountId: string; id: string }) => Promise<unknown>): Promise<string[]> {
  const { accountId, ...person } = await insertPerson();
  const made = await insertCertificates(
    accountId,
    Array.from({ length: 40 }, () => old),
  );
  const ids = made.map(({ id }) => id);
  const held = ids[23] ?? "";
  await hold({ accountId, id: held });
  const { removedIds, faults } = await database().transaction((tx) =>
    removeEach(tx, { accountId, ...person }, { ids, now: TEST_NOW, law: { kind: "person" } }),
  );
  expect(removedIds.toSorted()).toEqual(ids.filter((id) => id !== held).toSorted());
  expect(faults.map(({ id }) => id)).toEqual([held]);
  expect(await database().$count(certificates, eq(certificates.accountId, accountId))).toBe(1);
  expect(await database().$count(removals, eq(removals.accountId, accountId))).toBe(39);
  return faults.map(({ reason }) => reason);
}

test.each(["", "deferrable initially deferred"])(
  "an unexpected foreign key costs its certificate alone: %j",
  async (when) => {
    await database().execute(sql`create table signers (account_id uuid, certificate_id uuid, constraint signers_certificate
      foreign key (account_id, certificate_id) references certificates (account_id, id) ${sql.raw(when)})`);
    const told = await removeBeside(({ accountId, id }) =>
      database().execute(sql`insert into signers values (${accountId}, ${id})`),
    );
    expect(told).toEqual([expect.stringContaining('foreign key constraint "signers_certificate"')]);
    await database().execute(sql`drop table signers`);
  },
);

test.each([
  { what: "before each row", trigger: "trigger held before delete" },
  { what: "at the commit", trigger: "constraint trigger held after delete" },
])("a trigger that raises $what costs its certificate alone", async ({ trigger }) => {
  await database().execute(sql`create table holds (id uuid)`);
  await database().execute(sql`create function refuse_held() returns trigger language plpgsql as
    $$ begin if exists (select from holds where id = old.id) then raise exception 'held by the signer'; end if; return old; end $$`);
  const deferred = trigger.startsWith("constraint") ? "deferrable initially deferred" : "";
  await database().execute(
    sql.raw(`create ${trigger} on certificates ${deferred} for each row execute function refuse_held()`),
  );
  const told = await removeBeside(({ id }) => database().execute(sql`insert into holds values (${id})`));
  expect(told).toEqual(["held by the signer"]);
  await database().execute(sql`drop function refuse_held cascade`);
  await database().execute(sql`drop table holds`);
});
