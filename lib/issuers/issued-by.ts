import "server-only";
import { and, eq } from "drizzle-orm";
import { database, type Executor } from "@/drizzle/client";
import { issuers } from "@/drizzle/schema/issuers";
import { issuances } from "@/drizzle/schema/orders";
import type { Scope } from "@/lib/auth/scope";

export type IssuedBy = {
  issuerId: string;
  name: string;
  /** The CA of a private CA that signed it; null where it came by ACME. */
  authorityId: string | null;
};

/** The issuer of this account that issued a certificate, retired or not; null when none did. */
export async function readIssuedBy(
  scope: Scope,
  certificateId: string,
  executor: Executor = database(),
): Promise<IssuedBy | null> {
  const [row] = await executor
    .select({ issuerId: issuances.issuerId, name: issuers.name, authorityId: issuances.authorityId })
    .from(issuances)
    .innerJoin(issuers, and(eq(issuers.accountId, issuances.accountId), eq(issuers.id, issuances.issuerId)))
    .where(and(eq(issuances.accountId, scope.accountId), eq(issuances.certificateId, certificateId)));
  return row ?? null;
}
