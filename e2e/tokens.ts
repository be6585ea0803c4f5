import { randomBytes } from "node:crypto";
import { newId } from "@/lib/ids";
import { sql } from "./database";

type Token = {
  /** The name before the hyphen in the owner's e-mail address; anybody's when there is no such person. */
  owner?: string;
  name?: string;
  role?: string;
  /** Days from now, also before it. */
  expiresIn?: number;
  ranges?: string[];
  usedFrom?: string;
  isRevoked?: boolean;
};

/** A token as if its owner had created it long ago. Nobody knows its text. */
export async function addToken(accountId: string, token: Token = {}): Promise<string> {
  const { owner = "admin", name = "deploy", role = "viewer", expiresIn = 30, ranges = [], usedFrom = null } = token;
  const revokedAt = token.isRevoked === true ? new Date(Date.now() - 3_600_000) : null;
  const id = newId();
  const [made] = await sql()<{ id: string }[]>`
    insert into api_tokens (account_id, id, name, role, token_hash, hint, user_id, created_at, expires_at, allowed_ranges,
      last_used_at, last_used_from, revoked_at, revoked_by_label)
    select ${accountId}, ${id}, ${name}, ${role}, ${randomBytes(32).toString("hex")}, 'csw_7Qx2', users.id,
      now() - interval '60 days', now() + ${expiresIn} * interval '1 day', ${ranges},
      case when ${usedFrom}::text is null then null else now() - interval '3 hours' end, ${usedFrom},
      ${revokedAt}::timestamptz, case when ${revokedAt}::timestamptz is null then null else 'admin@example.test' end
    from users join memberships on memberships.user_id = users.id and memberships.account_id = ${accountId}
    order by starts_with(users.email, ${`${owner}-`}) desc limit 1
    returning id`;
  if (made === undefined) throw new Error("the account has no members");
  return made.id;
}
