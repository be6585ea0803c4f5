import { escapeIdentifier } from "pg";
import { sql } from "./database";
import { type Cookie, makeAccount, makePerson, signIn } from "./people";

/**
 * Who asks; the outsider is product admin of another account. The account's own comes last, since what they begin may go
 * on in the background.
 */
export const CALLERS = ["nobody", "disabled", "outsider", "foreign page", "viewer", "member", "admin"] as const;
export type Caller = (typeof CALLERS)[number];

export type World = {
  accountId: string;
  otherAccountId: string;
  /** The product admin of the account, for what an input needs before it can be sent. */
  admin: Cookie;
  cookieOf: (caller: Caller) => Cookie | null;
};

/** An account with somebody of every kind, all signed in. */
export async function makeWorld(): Promise<World> {
  const accountId = await makeAccount();
  const otherAccountId = await makeAccount();
  const [viewer, member, admin, disabled, outsider] = await Promise.all([
    makePerson(accountId, "viewer"),
    makePerson(accountId, "member"),
    makePerson(accountId, "admin"),
    makePerson(accountId, "admin", "disabled"),
    makePerson(otherAccountId, "admin", "outsider"),
  ]);
  const cookies = {
    nobody: null,
    viewer: await signIn(viewer.email),
    member: await signIn(member.email),
    admin: await signIn(admin.email),
    disabled: await signIn(disabled.email),
    outsider: await signIn(outsider.email),
  };
  await sql()`update memberships set disabled_at = now() where user_id = ${disabled.id}`;
  const cookieOf = (caller: Caller) => cookies[caller === "foreign page" ? "admin" : caller];
  return { accountId, otherAccountId, admin: cookies.admin, cookieOf };
}

/** Everything that the database holds of an account, as one line a row; two equal pictures mean that nothing changed. */
export async function pictureOf(accountId: string): Promise<string[]> {
  const tables = await sql()<{ name: string }[]>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'account_id' order by table_name`;
  const lines: string[] = [];
  for (const { name } of tables) {
    const rows = await sql().unsafe<{ line: string }[]>(
      `select t::text as line from ${escapeIdentifier(name)} t where account_id = $1 order by 1`,
      [accountId],
    );
    lines.push(...rows.map(({ line }) => `${name} ${line}`));
  }
  const people = await sql()<{ line: string }[]>`
    select u::text as line from users u join memberships m on m.user_id = u.id
    where m.account_id = ${accountId} order by 1`;
  return [...lines, ...people.map(({ line }) => `users ${line}`)];
}

/** The ids of everything in an account that a list could show. */
export async function idsOf(accountId: string): Promise<string[]> {
  const rows = await sql()<{ id: string }[]>`
    select id from certificate_contents where account_id = ${accountId}
    union all select id from cleanup_runs where account_id = ${accountId}
    union all select user_id from memberships where account_id = ${accountId}`;
  return rows.map(({ id }) => id);
}
