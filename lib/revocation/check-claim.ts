import "server-only";
import { type AnyColumn, and, asc, eq, lte, type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificateContents, certificates } from "@/drizzle/schema/certificates";
import { revocationChecks } from "@/drizzle/schema/revocation";
import { idArray } from "@/drizzle/values";
import { statusOf } from "@/lib/certificates/rules";
import type { InquiryFile } from "@/lib/revocation/check-inquiry";
import type { Checked } from "@/lib/revocation/check-record";
import { CHECK_LEASE_MS } from "@/lib/revocation/check-rules";
import { webAddresses } from "@/lib/revocation/fetch";

type Key = { accountId: string; id: string };

/** A certificate whose CA is to be asked, and that nobody else asks about until the lease ends. */
export type DueCheck = Checked & InquiryFile & { accountId: string; host: string };

/**
 * Takes the checks that have been due longest; `taken` is their number. Of those whose certificate is gone, has expired or
 * is revoked nothing is left to ask, and nothing is kept.
 */
export async function claimChecks(now: Date, limit: number): Promise<{ taken: number; due: DueCheck[] }> {
  const longest = database()
    .select({ accountId: revocationChecks.accountId, certificateId: revocationChecks.certificateId })
    .from(revocationChecks)
    .where(lte(revocationChecks.nextCheckAt, now))
    .orderBy(asc(revocationChecks.nextCheckAt))
    .limit(limit)
    .for("update", { skipLocked: true })
    .as("longest");
  const claimed = await database()
    .update(revocationChecks)
    .set({ nextCheckAt: new Date(now.getTime() + CHECK_LEASE_MS) })
    .from(longest)
    .where(
      and(eq(revocationChecks.accountId, longest.accountId), eq(revocationChecks.certificateId, longest.certificateId)),
    )
    .returning({
      accountId: revocationChecks.accountId,
      id: revocationChecks.certificateId,
      failures: revocationChecks.failures,
    });
  const files = await readFiles(claimed);
  const due = claimed.flatMap(({ accountId, id, failures }) => {
    const file = files.get(`${accountId} ${id}`);
    const isOver = file === undefined || ["revoked", "expired"].includes(statusOf(file, now));
    return isOver ? [] : [{ ...file, failures }];
  });
  const kept = new Set(due.map(({ accountId, id }) => `${accountId} ${id}`));
  await forget(claimed.filter(({ accountId, id }) => !kept.has(`${accountId} ${id}`)));
  return { taken: claimed.length, due };
}

/** By account and id, as the primary keys are. */
function isAmong(account: AnyColumn, id: AnyColumn, keys: readonly Key[]): SQL {
  const accounts = idArray(keys.map(({ accountId }) => accountId));
  return sql`(${account}, ${id}) in (select * from unnest(${accounts}, ${idArray(keys.map((key) => key.id))}))`;
}

const isCheckAmong = (keys: readonly Key[]) =>
  isAmong(revocationChecks.accountId, revocationChecks.certificateId, keys);

async function readFiles(keys: Key[]) {
  const rows = await database()
    .select({
      accountId: certificates.accountId,
      id: certificates.id,
      revokedAt: certificates.revokedAt,
      notBefore: certificates.notBefore,
      notAfter: certificates.notAfter,
      pem: certificateContents.pem,
      chainPems: certificateContents.chainPems,
      urls: sql<
        string[]
      >`(${certificateContents.details} -> 'ocspUrls') || (${certificateContents.details} -> 'crlUrls')`,
    })
    .from(certificates)
    .innerJoin(
      certificateContents,
      and(eq(certificateContents.accountId, certificates.accountId), eq(certificateContents.id, certificates.id)),
    )
    .where(isAmong(certificates.accountId, certificates.id, keys));
  // Checks that are asked at one place stand in one queue.
  return new Map(
    rows.map(({ urls, ...row }) => [`${row.accountId} ${row.id}`, { ...row, host: webAddresses(urls)[0]?.host ?? "" }]),
  );
}

async function forget(keys: Key[]): Promise<void> {
  if (keys.length > 0) await database().delete(revocationChecks).where(isCheckAmong(keys));
}

/** Gives checks back that were taken and not made: they are due again after `byMs`, or up to twice as long. */
export async function putOff(due: readonly Key[], { now, byMs }: { now: Date; byMs: number }): Promise<void> {
  if (due.length === 0) return;
  const share = sql`${byMs} * (1 + random()) * interval '1 millisecond'`;
  await database()
    .update(revocationChecks)
    .set({ nextCheckAt: sql`${now.toISOString()}::timestamptz + ${share}` })
    .where(isCheckAmong(due));
}
