import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { certificateContents, certificates } from "@/drizzle/schema/certificates";
import { revocationChecks } from "@/drizzle/schema/revocation";
import { at } from "@/drizzle/values";
import { FIRST_WITHIN_MS } from "@/lib/revocation/check-rules";

const PAGE = 2_000;
const lastOfPage = z.array(z.object({ account_id: z.uuid().nullable(), id: z.uuid().nullable() }));

type Key = { accountId: string; id: string };
const BEFORE_ALL: Key = {
  accountId: "00000000-0000-0000-0000-000000000000",
  id: "00000000-0000-0000-0000-000000000000",
};

/**
 * Sees to it that every uploaded certificate that is still valid and names an address of its CA is checked some time: goes
 * through the inventory once, page by page in the order of its key. Uploads do the same for what they bring, so this finds
 * what was there before there were checks.
 */
export async function enrolAll(now: Date, signal: AbortSignal): Promise<void> {
  let after: Key | null = BEFORE_ALL;
  while (after !== null && !signal.aborted) after = await enrolPage(after, now);
}

/** Answers with the last certificate of the page; null when there was none. */
export async function enrolPage(after: Key, now: Date): Promise<Key | null> {
  const first = sql`${at(now)} + random() * ${FIRST_WITHIN_MS} * interval '1 millisecond'`;
  const { rows } = await database().execute(sql`
    with page as materialized (
      select ${certificates.accountId}, ${certificates.id}, ${certificates.source}, ${certificates.notAfter}, ${certificates.revokedAt},
        ${certificates.isSample}
      from ${certificates} where (${certificates.accountId}, ${certificates.id}) > (${after.accountId}::uuid, ${after.id}::uuid)
      order by ${certificates.accountId}, ${certificates.id} limit ${PAGE}
    ), added as (
      insert into ${revocationChecks} (account_id, certificate_id, next_check_at)
      select page.account_id, page.id, ${first}
      from page join ${certificateContents} as contents on contents.account_id = page.account_id and contents.id = page.id
      where page.source = 'uploaded' and not page.is_sample and page.revoked_at is null and page.not_after >= ${at(now)}
        and not exists (select from ${revocationChecks} as known
          where known.account_id = page.account_id and known.certificate_id = page.id)
        and (contents.details -> 'ocspUrls' <> '[]' or contents.details -> 'crlUrls' <> '[]')
      on conflict do nothing
    )
    select account_id, id from page order by account_id desc, id desc limit 1`);
  const [last] = lastOfPage.parse(rows);
  return last === undefined || last.account_id === null || last.id === null
    ? null
    : { accountId: last.account_id, id: last.id };
}
