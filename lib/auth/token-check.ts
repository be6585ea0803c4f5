import "server-only";
import { isIP } from "node:net";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { preparedStatement } from "@/drizzle/client";
import { memberships, users } from "@/drizzle/schema/accounts";
import { apiTokens, apiTokenWindows } from "@/drizzle/schema/api-tokens";
import { ROLES, type Role } from "@/lib/accounts/rules";
import { lesserRole } from "@/lib/auth/rules";
import { hashToken } from "@/lib/auth/tokens";
import { RATE_LIMIT_REQUESTS, RATE_LIMIT_SECONDS, TOKEN_USE_NOTED_SECONDS } from "@/lib/tokens/rules";

type Bearer = { accountId: string; tokenId: string; name: string; userId: string; email: string; role: Role };

/** What a token is good for at this moment. `count` is that of its requests in the present window, this one included. */
export type TokenCheck =
  | { kind: "unknown" }
  | { kind: "elsewhere" }
  | { kind: "known"; bearer: Bearer; count: number; resetSeconds: number };

const LIMIT = sql.raw(String(RATE_LIMIT_REQUESTS));
const WINDOW = sql.raw(`interval '${RATE_LIMIT_SECONDS} seconds'`);
const NOTED = sql.raw(`interval '${TOKEN_USE_NOTED_SECONDS} seconds'`);

const rowsOf = z.array(
  z.object({
    accountId: z.string(),
    tokenId: z.string(),
    name: z.string(),
    userId: z.string(),
    email: z.string(),
    tokenRole: z.enum(ROLES),
    makerRole: z.enum(ROLES),
    /** Both null when the address is not allowed: such a request does not count. */
    requests: z.number().nullable(),
    resetSeconds: z.number().nullable(),
  }),
);

const NOW = sql`${sql.placeholder("now")}::timestamptz`;
const FROM = sql`${sql.placeholder("from")}::text`;

const isOver = sql`${NOW} not between ${apiTokenWindows.startedAt} - ${WINDOW}
  and ${apiTokenWindows.startedAt} + ${WINDOW} - interval '1 millisecond'`;

const statement = preparedStatement(
  "check_token",
  sql`
  with found as materialized (
    select ${apiTokens.accountId}, ${apiTokens.id}, ${apiTokens.name}, ${apiTokens.userId}, ${users.email},
      ${apiTokens.role} as token_role, ${memberships.role} as maker_role,
      cardinality(${apiTokens.allowedRanges}) = 0 or ${FROM}::inet <<= any(${apiTokens.allowedRanges}) as is_allowed
    from ${apiTokens}
    join ${memberships} on ${memberships.accountId} = ${apiTokens.accountId}
      and ${memberships.userId} = ${apiTokens.userId} and ${memberships.disabledAt} is null
    join ${users} on ${users.id} = ${apiTokens.userId}
    where ${apiTokens.tokenHash} = ${sql.placeholder("tokenHash")}
      and ${apiTokens.revokedAt} is null and ${apiTokens.expiresAt} > ${NOW}
  ), counted as (
    insert into ${apiTokenWindows} (account_id, token_id, started_at, requests)
    select account_id, id, ${NOW}, 1 from found where is_allowed
    on conflict (account_id, token_id) do update set
      started_at = case when ${isOver} then excluded.started_at else ${apiTokenWindows.startedAt} end,
      requests = case when ${isOver} then 1 else least(${apiTokenWindows.requests} + 1, ${LIMIT} + 1) end
    returning requests, ceil(extract(epoch from started_at + ${WINDOW} - ${NOW}))::int as reset_seconds
  ), noted as (
    update ${apiTokens} set last_used_at = ${NOW}, last_used_from = ${FROM} from found, counted
    where ${apiTokens.accountId} = found.account_id and ${apiTokens.id} = found.id
      and (${apiTokens.lastUsedAt} is null or ${apiTokens.lastUsedAt} <= ${NOW} - ${NOTED})
  )
  select account_id as "accountId", id as "tokenId", name, user_id as "userId", email, token_role as "tokenRole",
    maker_role as "makerRole", requests, reset_seconds as "resetSeconds"
  from found left join counted on true`,
);

/**
 * Looks a token up, counts the request and notes the use, in one statement. Requests at the same moment, also through
 * several servers, take the window's row one after the other, so each has a count of its own.
 */
export async function checkToken(token: string, { address, now }: { address: string; now: Date }): Promise<TokenCheck> {
  const from = isIP(address) === 0 ? null : address;
  const rows = await statement({ tokenHash: hashToken(token), from, now: now.toISOString() });
  const [row] = rowsOf.parse(rows);
  if (row === undefined) return { kind: "unknown" };
  const { tokenRole, makerRole, requests, resetSeconds, ...bearer } = row;
  if (requests === null || resetSeconds === null) return { kind: "elsewhere" };
  return {
    kind: "known",
    bearer: { ...bearer, role: lesserRole(tokenRole, makerRole) },
    count: requests,
    resetSeconds,
  };
}
