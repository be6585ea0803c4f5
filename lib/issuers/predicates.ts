import "server-only";
import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { issuers } from "@/drizzle/schema/issuers";

type IssuerKey = { accountId: PgColumn; issuerId: PgColumn };

/** Holds where the issuer of a row is in use and renews by itself. */
export function renewsByItself({ accountId, issuerId }: IssuerKey): SQL {
  return sql`exists (select from ${issuers} where ${issuers.accountId} = ${accountId} and ${issuers.id} = ${issuerId}
    and ${issuers.retiredAt} is null and ${issuers.renewAutomatically})`;
}
