import { Client } from "pg";
import { z } from "zod";
import { closeDatabase } from "@/drizzle/client";
import { mintJobScope } from "@/lib/auth/scope";
import { cursorAddress } from "@/lib/certificates/address";
import { listCertificates } from "@/lib/certificates/queries";
import { listQuery } from "@/lib/certificates/schema";
import { summariseCertificates } from "@/lib/certificates/summary";
import { readTimeline } from "@/lib/certificates/timeline";
import { figureCases, listCases } from "./list-cases";
import { type Statement, statementsOf } from "./list-statements";

/**
 * Sends the list's statements to the database on a bare connection, without the product around them: answers each name
 * of a case with the milliseconds that it took.
 */
const [accountId] = z.tuple([z.uuid()]).parse(process.argv.slice(2));
const scope = mintJobScope(accountId, "Benchmark");
const now = new Date();
const client = new Client(process.env.DATABASE_URL);
await client.connect();
const deep = await findDeep();
const known = new Map<string, Statement[]>();
for (const { name, params } of listCases(deep))
  known.set(name, await statementsOf(() => listCertificates(scope, listQuery.parse(params), now)));
for (const { name, params } of figureCases()) {
  const query = listQuery.parse(params);
  known.set(name, await statementsOf(() => summariseCertificates(scope, query, now)));
  known.set(`timeline of ${name}`, await statementsOf(() => readTimeline(scope, query, now)));
}
await closeDatabase();
process.on("message", (name) => void time(String(name)));
process.once("disconnect", () => void client.end());
process.send?.({ deep });

async function time(name: string): Promise<void> {
  const begun = performance.now();
  for (const { text, values, name: plan } of known.get(name) ?? [])
    await client.query({ text, values, ...(plan === undefined ? {} : { name: plan }) });
  process.send?.(performance.now() - begun);
}

/** The cursor of the row in the middle of the inventory, as its page would have it. */
async function findDeep(): Promise<string> {
  const { rows } = await client.query(
    `select to_char(not_after at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS"+00"') as moment, id from certificates
     where account_id = $1 order by not_after, id
     offset (select count(*) / 2 from certificates where account_id = $1) limit 1`,
    [accountId],
  );
  const [{ moment, id }] = z.tuple([z.object({ moment: z.string(), id: z.uuid() })]).parse(rows);
  return cursorAddress([moment, id]);
}
