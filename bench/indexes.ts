import type { Client } from "pg";
import { z } from "zod";

const definitions = z.array(z.object({ drop: z.string(), make: z.string() }));

/**
 * Takes away the foreign keys and all indexes but the primary keys of tables that are about to be filled, and answers
 * with what makes them again, so that a filled table has every index it always has, built in one go.
 */
export async function setAside(client: Client, tables: string[]): Promise<() => Promise<void>> {
  const { rows: foreignKeys } = await client.query(
    `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as make
     from pg_constraint where contype = 'f' and conrelid = any($1::regclass[])`,
    [tables],
  );
  const { rows: indexes } = await client.query(
    `select format('drop index %s', indexrelid::regclass) as drop, pg_get_indexdef(indexrelid) as make
     from pg_index where indrelid = any($1::regclass[])
       and not exists (select 1 from pg_constraint where conindid = indexrelid)`,
    [tables],
  );
  const all = [...definitions.parse(foreignKeys), ...definitions.parse(indexes)];
  for (const { drop } of all) await client.query(drop);
  return async () => {
    for (const { make } of [...all].reverse()) await client.query(make);
  };
}
