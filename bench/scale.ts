import type { Client } from "pg";
import { z } from "zod";
import { readArguments } from "./arguments";
import { startChild } from "./children";
import { createMigrated, databaseNamed, withClient } from "./databases";
import { prepareDataset } from "./dataset";
import { figures, printTable, writeReport } from "./report";
import { addYears, measureRowSizes, type RowSize } from "./scale-sizes";
import { fillLayout, LAYOUTS, type Layout, READS } from "./scale-tables";
import { type Spread, spreadOf } from "./statistics";

/** What a row takes does not depend on how many there are, so a hundred thousand tell. */
const REAL_SIZE = 100_000;
const READ_ROUNDS = 21;
/** Above it only the layouts are compared. */
const SIZES_UP_TO = 1_000_000;

type Removal = { milliseconds: number; longest: number; walMb: number; removed: number };
type Measured = { layout: string; indexedMb: number; reads: Record<string, Spread>; removal: Removal };

const { size } = readArguments();
const now = new Date();
const sizes = size > SIZES_UP_TO ? [] : await measureSizes();
const database = databaseNamed(`scale_${size}`);
await createMigrated(database);
const layouts: Measured[] = [];
for (const layout of LAYOUTS) layouts.push(await withClient(database.url, (client) => measureLayout(client, layout)));
printAll();
writeReport("scale", now, { size, sizes, layouts });

/** A real inventory, of which a real nightly run has removed what may go. */
async function measureSizes(): Promise<RowSize[]> {
  const dataset = await prepareDataset(REAL_SIZE, now);
  const run = startChild("cleanup-run.ts", dataset.database.url, [dataset.accountId]);
  await run.hear();
  run.tell("go");
  await run.hear();
  await run.ended;
  return withClient(dataset.database.url, async (client) => {
    await addYears(client, { accountId: dataset.accountId, userId: dataset.admin.userId });
    return measureRowSizes(client);
  });
}

async function measureLayout(client: Client, layout: Layout): Promise<Measured> {
  const begun = performance.now();
  await client.query("set synchronous_commit = off; set maintenance_work_mem = '512MB'");
  await fillLayout(client, layout, size);
  await client.query("set synchronous_commit = on");
  console.log(`${layout.name}: filled in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  const reads: Record<string, Spread> = {};
  for (const [what, statement] of Object.entries(READS)) reads[what] = await timeRead(client, statement(layout.name));
  const { rows } = await client.query(
    `select sum(pg_total_relation_size(relid)) / 1e6 as mb
     from (select relid from pg_partition_tree('${layout.name}') union select '${layout.name}'::regclass) parts`,
  );
  const [{ mb }] = z.tuple([z.object({ mb: z.coerce.number() })]).parse(rows);
  return { layout: layout.name, indexedMb: mb, reads, removal: await timeRemoval(client, layout) };
}

async function timeRead(client: Client, statement: string): Promise<Spread> {
  const times: number[] = [];
  for (let round = 0; round < READ_ROUNDS; round += 1) {
    const begun = performance.now();
    await client.query(statement);
    times.push(performance.now() - begun);
  }
  return spreadOf(times);
}

async function timeRemoval(client: Client, layout: Layout): Promise<Removal> {
  const [before] = await walOf(client);
  const begun = performance.now();
  let longest = 0;
  for (const transaction of await layout.remove(client)) {
    const since = performance.now();
    await client.query("begin");
    for (const statement of transaction) await client.query(statement);
    await client.query("commit");
    longest = Math.max(longest, performance.now() - since);
  }
  const milliseconds = performance.now() - begun;
  const [after] = await walOf(client);
  const { rows } = await client.query("select count(*)::int as removed from records");
  const [{ removed }] = z.tuple([z.object({ removed: z.number() })]).parse(rows);
  return { milliseconds, longest, walMb: (after.bytes - before.bytes) / 1e6, removed };
}

async function walOf(client: Client) {
  const { rows } = await client.query("select (pg_current_wal_lsn() - '0/0')::float8 as bytes");
  return z.tuple([z.object({ bytes: z.number() })]).parse(rows);
}

function printAll(): void {
  const whole = (value: number) => Math.round(value).toLocaleString("en");
  if (sizes.length > 0)
    printTable({
      title: `Bytes per row, of a real inventory of ${whole(REAL_SIZE)} after its nightly run`,
      columns: ["table", "rows", "row", "apart", "indexes", "in all"],
      rows: sizes.map(({ table, rows, heap, apart, indexes }) => [
        table,
        ...[rows, heap, apart, indexes, heap + apart + indexes].map(whole),
      ]),
    });
  printTable({
    title: `${whole(size)} list rows without contents: removing what expired long ago and is not in use, with records`,
    columns: ["layout", "MB with indexes", "removed", "seconds", "longest ms", "WAL MB", ...Object.keys(READS)],
    rows: layouts.map(({ layout, indexedMb, reads, removal }) => [
      layout,
      whole(indexedMb),
      whole(removal.removed),
      (removal.milliseconds / 1000).toFixed(1),
      whole(removal.longest),
      whole(removal.walMb),
      ...Object.values(reads).map((spread) => figures(spread)),
    ]),
  });
}
