import { and, gt, gte, isNotNull, isNull, lt, lte, type SQL, sql } from "drizzle-orm";
import { certificates } from "@/drizzle/schema/certificates";
import { at, type Moment } from "@/drizzle/values";
import { DAY_MS, EXPIRING_DAYS, type Status } from "@/lib/certificates/rules";

export function expiringFrom(now: Date): Date {
  return new Date(now.getTime() + EXPIRING_DAYS * DAY_MS);
}

/** statusOf() as a condition on `certificates` rows, in ranges of notAfter that the index can walk. */
export function hasStatus(status: Status, now: Date): SQL | undefined {
  const { revokedAt, notBefore, notAfter } = certificates;
  switch (status) {
    case "revoked":
      return isNotNull(revokedAt);
    case "expired":
      return and(isNull(revokedAt), lt(notAfter, now));
    case "not_yet_valid":
      return and(isNull(revokedAt), gte(notAfter, now), gt(notBefore, now));
    case "expiring":
      return and(isNull(revokedAt), gte(notAfter, now), lt(notAfter, expiringFrom(now)), lte(notBefore, now));
    case "valid":
      return and(isNull(revokedAt), gte(notAfter, expiringFrom(now)), lte(notBefore, now));
  }
}

/** statusOf() as a value of a `certificates` row. */
export function statusColumn(now: Moment): SQL<Status> {
  const { revokedAt, notBefore, notAfter } = certificates;
  return sql<Status>`case
    when ${revokedAt} is not null then 'revoked'
    when ${notAfter} < ${at(now)} then 'expired'
    when ${notBefore} > ${at(now)} then 'not_yet_valid'
    when ${notAfter} < ${at(now)} + interval '${sql.raw(String(EXPIRING_DAYS * 24))} hours' then 'expiring'
    else 'valid' end`;
}
