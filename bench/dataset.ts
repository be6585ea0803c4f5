import { randomBytes } from "node:crypto";
import { escapeLiteral } from "pg";
import { z } from "zod";
import { startChild } from "./children";
import { type BenchDatabase, createMigrated, databaseNamed, onServer, withClient } from "./databases";

/** A word in a twentieth of all names. */
export const COMMON_SEARCH = "payments";
/** A word in so many names of an inventory of any size: more than a page has rows, so that each page is a full one. */
export const RARE_SEARCH = "zanzibar";
export const RARE_COUNT = 60;

const known = z.object({
  size: z.number(),
  accountId: z.uuid(),
  /** The product admin of the account. */
  admin: z.object({ userId: z.uuid(), email: z.string(), password: z.string() }),
  /** The moment from which the dates of the certificates were chosen. */
  now: z.coerce.date(),
});

/** A database full of certificates: to be copied, or read by benchmarks that change nothing. */
export type Dataset = z.infer<typeof known> & { database: BenchDatabase };

/**
 * An inventory of `size` certificates in one account, with real indexes and up-to-date statistics: 11.1 % expired more
 * than 30 days ago, 5 % deployed, 5 % synced, so that about 10 % may go, spread over the whole table. Made once a run,
 * however many benchmarks ask for it.
 */
export async function prepareDataset(size: number, now: Date): Promise<Dataset> {
  const database = databaseNamed(`dataset_${size}`);
  const found = await findDataset(database);
  if (found !== null) return found;
  const begun = performance.now();
  process.stdout.write(`Making an inventory of ${size.toLocaleString("en")} certificates … `);
  await createMigrated(database);
  const [email, password] = ["bench@example.test", randomBytes(18).toString("base64url")];
  const child = startChild("fill.ts", database.url, [String(size), now.toISOString(), email, password]);
  const { accountId, userId } = z.object({ accountId: z.uuid(), userId: z.uuid() }).parse(await child.hear());
  await child.ended;
  // The last thing that is written: copies find all pages as a quiet night leaves them.
  await withClient(database.url, (client) => client.query("vacuum (analyze)"));
  const dataset = { size, accountId, admin: { userId, email, password }, now };
  await onServer((server) =>
    server.query(`comment on database ${database.name} is ${escapeLiteral(JSON.stringify(dataset))}`),
  );
  console.log(`${((performance.now() - begun) / 1000).toFixed(0)} s`);
  return { ...dataset, database };
}

async function findDataset(database: BenchDatabase): Promise<Dataset | null> {
  const { rows } = await onServer((server) =>
    server.query("select shobj_description(oid, 'pg_database') as known from pg_database where datname = $1", [
      database.name,
    ]),
  );
  const [row] = z.array(z.object({ known: z.string() })).parse(rows);
  return row === undefined ? null : { ...known.parse(JSON.parse(row.known)), database };
}
