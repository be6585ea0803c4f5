import type { Client } from "pg";
import { z } from "zod";

export const ACCOUNT = "00000000-0000-7000-8000-000000000001";
const CUTOFF = "date_trunc('month', now() - interval '30 days')";

/** A way to keep the inventory's rows, and how the expired ones leave it. */
export type Layout = {
  name: "plain" | "shelved";
  make: string[];
  /** Statements that make a removal of everything that may go, each a transaction. */
  remove: (client: Client) => Promise<string[][]>;
};

/**
 * An inventory's list rows without their contents: 11 % expired over the two years before, the others valid for up to a
 * year. One in ten is in use, by a deployment or a sync.
 */
const rowsOf = (size: number) => `
  select '${ACCOUNT}'::uuid as account_id, gen_random_uuid() as id, 'api-' || n || '.team' || n % 400 || '.example.com' as name,
    encode(sha256(convert_to(n::text, 'UTF8')), 'hex') as fingerprint, 'uploaded' as source,
    not_after - interval '365 days' as not_before, not_after, null::timestamptz as revoked_at, false as is_sample,
    now() as added_at, null::uuid as added_by_id, 'uploader@example.test' as added_by_label, n % 10 = 3 as in_use
  from (select n, now() + case when n % 9 = 0 then -31 - (hashint8(n) & 65535) / 94.0 else (hashint8(n) & 65535) / 180.0 end
    * interval '1 day' as not_after from generate_series(1, ${size}::bigint) n) dated`;

const COLUMNS =
  "account_id, id, name, fingerprint, source, not_before, not_after, revoked_at, is_sample, added_at, added_by_id, added_by_label";

const recordsOf = (rows: string) => `
  insert into records (account_id, id, name, status, eligibility, not_before, not_after, source, added_at,
    added_by_label, actor_kind, actor_label, removed_at)
  select account_id, id, name, 'expired', 'expired', not_before, not_after, source, added_at, added_by_label, 'cleanup',
    'Certificate Cleanup', now() from ${rows}`;

export const LAYOUTS: Layout[] = [
  {
    name: "plain",
    make: [
      "create table plain (like certificates including defaults including constraints, in_use boolean not null)",
      "alter table plain add primary key (account_id, id)",
      "create unique index on plain (account_id, fingerprint)",
    ],
    remove: async () => [
      [
        `with gone as (delete from plain where account_id = '${ACCOUNT}' and not_after < ${CUTOFF} and not in_use returning *)
        ${recordsOf("gone")}`,
      ],
    ],
  },
  {
    // What is in use stands on a shelf of its own, so that the months of the other one can go as a whole.
    name: "shelved",
    make: [
      `create table shelved (like certificates including defaults including constraints, in_use boolean not null)
        partition by list (in_use)`,
      "create table shelved_used partition of shelved for values in (true)",
      "create table shelved_free partition of shelved for values in (false) partition by range (not_after)",
      `do $$ declare month timestamptz; begin
        for month in select generate_series(date_trunc('month', now()) - interval '26 months',
          date_trunc('month', now()) + interval '14 months', interval '1 month') loop
          execute format('create table shelved_free_%s partition of shelved_free for values from (%L) to (%L)',
            to_char(month, 'YYYYMM'), month, month + interval '1 month');
        end loop; end $$`,
      "alter table shelved add primary key (account_id, id, in_use, not_after)",
      "create unique index on shelved (account_id, fingerprint, in_use, not_after)",
    ],
    remove: async (client) => {
      const months = z.array(z.object({ month: z.string() })).parse(
        (
          await client.query(`select c.relname as month from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = 'shelved_free'::regclass and c.relname < 'shelved_free_' || to_char(${CUTOFF}, 'YYYYMM') order by 1`)
        ).rows,
      );
      return months.map(({ month }) => [
        // Whoever is about to use one of its certificates waits here, and then finds it gone.
        `lock table ${month} in access exclusive mode`,
        recordsOf(month),
        `alter table shelved_free detach partition ${month}`,
        `drop table ${month}`,
      ]);
    },
  },
];

/** Makes a layout, fills it and gives it every index that the inventory has. */
export async function fillLayout(client: Client, { name, make }: Layout, size: number): Promise<void> {
  const [table = "", ...rest] = make;
  const indexes = rest.filter((statement) => /primary key|unique index/.test(statement));
  for (const statement of [table, ...rest.filter((statement) => !indexes.includes(statement))])
    await client.query(statement);
  await client.query(`insert into ${name} (${COLUMNS}, in_use) ${rowsOf(size)}`);
  for (const statement of [...indexes, ...(await otherIndexes(client, name))]) await client.query(statement);
  await client.query(
    "drop table if exists records; create table records (like removal_records including defaults including indexes)",
  );
  await client.query("vacuum (analyze)");
  await client.query("checkpoint");
}

async function otherIndexes(client: Client, table: string): Promise<string[]> {
  const { rows } = await client.query(
    "select indexdef from pg_indexes where tablename = 'certificates' and indexdef not like 'CREATE UNIQUE%'",
  );
  return z
    .array(z.object({ indexdef: z.string() }))
    .parse(rows)
    .map(({ indexdef }) => indexdef.replace(/INDEX \S+ ON public\.certificates/, `INDEX ON ${table}`));
}

/** Reads as the Overview makes them, by what they are. */
export const READS: Record<string, (table: string) => string> = {
  "first page by expiry": (table) =>
    `select id, name, not_after from ${table} where account_id = '${ACCOUNT}' order by not_after, id limit 50`,
  "first page by name": (table) =>
    `select id, name, not_after from ${table} where account_id = '${ACCOUNT}' order by lower(name) collate "C", id limit 50`,
  "one by its id": (table) =>
    `select name from ${table} where account_id = '${ACCOUNT}' and id = '00000000-0000-4000-8000-000000000000'`,
};
