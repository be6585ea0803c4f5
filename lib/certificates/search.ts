import { and, eq, exists, gte, lt, type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificateContents, certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { hasStatus } from "@/lib/certificates/predicates";
import { searchPatternOf } from "@/lib/certificates/rules";
import type { ListFilter } from "@/lib/certificates/schema";
import { mayGo } from "@/lib/removal/predicates";

/** The rows of `certificates` that the Overview's filter lets through, in the scope's account. */
export function matching(scope: Scope, filter: ListFilter, now: Date): SQL | undefined {
  return and(
    eq(certificates.accountId, scope.accountId),
    filter.status === undefined ? undefined : hasStatus(filter.status, now),
    filter.expires === undefined ? undefined : expiresIn(filter.expires),
    filter.deletable === undefined ? undefined : mayGo(now),
    filter.q === undefined ? undefined : contains(filter.q),
  );
}

function contains(typed: string): SQL {
  return exists(
    database()
      .select({ one: sql`1` })
      .from(certificateContents)
      .where(
        and(
          eq(certificateContents.accountId, certificates.accountId),
          eq(certificateContents.id, certificates.id),
          sql`${certificateContents.search} like ${searchPatternOf(typed)}`,
        ),
      ),
  );
}

/** "2026-05", "..2026-04" (that month and all before) or "2028-07.." (that month and all after), in UTC. */
function expiresIn(months: string): SQL | undefined {
  const [year, month] = months.replaceAll("..", "").split("-").map(Number);
  const start = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, 1));
  const end = new Date(Date.UTC(year ?? 0, month ?? 1, 1));
  // PostgreSQL does not read the year 10000 as JavaScript writes it; no certificate reaches it either.
  const isOpen = months.endsWith("..") || end.getUTCFullYear() > 9999;
  return and(
    months.startsWith("..") ? undefined : gte(certificates.notAfter, start),
    isOpen ? undefined : lt(certificates.notAfter, end),
  );
}
