import { Client } from "pg";
import { z } from "zod";
import { closeDatabase } from "@/drizzle/client";
import { mintTokenScope } from "@/lib/auth/scope";
import { checkToken } from "@/lib/auth/token-check";
import { hashToken } from "@/lib/auth/tokens";
import { answerRemoval } from "@/lib/cloudflare/commands";
import { answerCertificate, answerList } from "@/lib/cloudflare/queries";
import { listInput } from "@/lib/cloudflare/schema";
import { createToken } from "@/lib/tokens/commands";
import { type Statement, statementsOf } from "./list-statements";

/** What one call asks of the database, with holes where the request's own values go. */
export type CallStatements = { check: Statement[]; work: Statement[] };
export type ApiCall = "get" | "list" | "delete";
/** What differs from one request to the next. */
export type Particulars = { id: string; tokenHash: string; now: string };

const LIST_QUERY = { page: ["1"], per_page: ["50"] };
const HOLES: Particulars = { id: "{id}", tokenHash: "{token}", now: "{now}" };

type Owner = { accountId: string; userId: string; email: string };

/** As many tokens as one person may have, so that the limit of requests is never met in a round. */
export async function makeTokens({ accountId, userId, email }: Owner, amount: number): Promise<string[]> {
  const owner = { accountId, userId, role: "admin", actor: { kind: "user", id: userId, label: email } } as const;
  const tokens: string[] = [];
  for (let number = 1; number <= amount; number += 1) {
    const input = { name: `bench ${number}`, role: "member", days: 1, ranges: [], now: new Date() } as const;
    tokens.push((await createToken(owner, { ...input, ranges: [] })).token);
  }
  return tokens;
}

/** Plays each call once in the product's own code, one deletion among them, and writes down what it asks. */
export async function apiStatements(
  { accountId, userId, email }: Owner,
  { token, ids: [shown, removed] }: { token: string; ids: [string, string] },
): Promise<Record<ApiCall, CallStatements>> {
  const now = new Date();
  const scope = mintTokenScope({ accountId, userId, email, role: "member", tokenId: shown, name: "bench" });
  const played = { id: shown, tokenHash: hashToken(token), now: now.toISOString() };
  const check = withHoles(await statementsOf(() => checkToken(token, { address: "127.0.0.1", now })), played);
  const get = await statementsOf(() => answerCertificate(scope, shown));
  const list = await statementsOf(async () => {
    const answer = await answerList(scope, listInput.parse(LIST_QUERY));
    if (answer.kind === "list") for await (const _ of answer.batches);
  });
  const remove = await statementsOf(() => answerRemoval(scope, { id: removed, now }));
  await closeDatabase();
  return {
    get: { check, work: withHoles(get, played) },
    list: { check, work: withHoles(list, played) },
    delete: { check, work: withHoles(remove, { ...played, id: removed }) },
  };
}

/** A statement as one request sends it. */
export function filled({ values, ...statement }: Statement, particulars: Particulars): Statement {
  return { ...statement, values: values.map((value) => replaced(value, HOLES, particulars)) };
}

function withHoles(statements: Statement[], played: Particulars): Statement[] {
  return statements.map((statement) => ({
    ...statement,
    values: statement.values.map((value) => replaced(value, played, HOLES)),
  }));
}

function replaced(value: unknown, from: Particulars, to: Particulars): unknown {
  if (value instanceof Date) return replaced(value.toISOString(), from, to);
  if (Array.isArray(value)) return value.map((each) => replaced(each, from, to));
  if (typeof value !== "string") return value;
  return (["id", "tokenHash", "now"] as const).reduce((text, name) => text.replaceAll(from[name], to[name]), value);
}

/** Ids that a person may delete, in no order, as the law stands: nothing uses them and they did not come from here. */
export async function deletableIds(accountId: string, amount: number): Promise<string[]> {
  const client = new Client(process.env.DATABASE_URL);
  await client.connect();
  const { rows } = await client.query(
    `select id from certificates c where account_id = $1 and source = 'uploaded'
       and not exists (select from deployments d where d.account_id = c.account_id and d.certificate_id = c.id)
       and not exists (select from syncs s where s.account_id = c.account_id and s.certificate_id = c.id)
     order by md5(id::text) limit $2`,
    [accountId, amount],
  );
  await client.end();
  return z
    .array(z.object({ id: z.uuid() }))
    .parse(rows)
    .map(({ id }) => id);
}
