import { sql } from "drizzle-orm";
import { certificates } from "@/drizzle/schema/certificates";
import { issuances } from "@/drizzle/schema/orders";
import { pendingRevocations } from "@/drizzle/schema/revocation";
import { correlated } from "@/drizzle/values";

/** For a `certificates` row: somebody wants it revoked, and its CA has not confirmed it yet. */
export const revocationIsPending = correlated<boolean>(sql`exists (select 1 from ${pendingRevocations}
  where ${pendingRevocations.accountId} = ${certificates.accountId} and ${pendingRevocations.certificateId} = ${certificates.id})`);

/** Likewise: an issuer of its account issued it, which can revoke and renew it. */
export const hasIssuer = correlated<boolean>(sql`exists (select 1 from ${issuances}
  where ${issuances.accountId} = ${certificates.accountId} and ${issuances.certificateId} = ${certificates.id})`);
