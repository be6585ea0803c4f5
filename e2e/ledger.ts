import type { Sql } from "./database";

/** What does not add up in an account, a line each; empty when every certificate is accounted for exactly once. */
export async function discrepancies(sql: Sql, { accountId, putIn }: { accountId: string; putIn: number }) {
  // One statement, so that all figures are of one moment, whatever is going on beside it.
  const rows = await sql<{ fault: string }[]>`
    with inventory as (select id from certificates where account_id = ${accountId}),
    gone as (select id, run_id, bulk_deletion_id from removals where account_id = ${accountId}),
    by_run as (select run_id, count(*) as removed from gone group by run_id),
    skipped as (
      select run_id, count(*) filter (where reason = 'deployed') as deployed,
        count(*) filter (where reason = 'synced') as synced, count(*) filter (where reason = 'failed') as failed
      from cleanup_skips where account_id = ${accountId} group by run_id
    ),
    by_bulk as (select bulk_deletion_id, count(*) as removed from gone group by bulk_deletion_id),
    bulk_skipped as (
      select bulk_deletion_id, count(*) as skipped from bulk_deletion_skips where account_id = ${accountId}
      group by bulk_deletion_id
    )
    select 'there are ' || (select count(*) from inventory) || ' certificates and ' || (select count(*) from gone)
      || ' removal records of ' || ${putIn}::int as fault
    where (select count(*) from inventory) + (select count(*) from gone) <> ${putIn}::int
    union all
    select 'in the inventory and removed: ' || id from inventory join gone using (id)
    union all
    select 'a removal record without its certificate: ' || id from gone
    where not exists (select 1 from certificate_contents c where c.account_id = ${accountId} and c.id = gone.id)
    union all
    select 'run ' || r.id || ' counted ' || r.removed || ' and recorded ' || coalesce(b.removed, 0)
    from cleanup_runs r left join by_run b on b.run_id = r.id
    where r.account_id = ${accountId} and r.removed <> coalesce(b.removed, 0)
    union all
    select format('run %s counted %s deployed, %s synced, %s failed and recorded %s, %s, %s', r.id, r.skipped_deployed,
      r.skipped_synced, r.failed, coalesce(s.deployed, 0), coalesce(s.synced, 0), coalesce(s.failed, 0))
    from cleanup_runs r left join skipped s on s.run_id = r.id
    where r.account_id = ${accountId} and (r.skipped_deployed, r.skipped_synced, r.failed)
      <> (coalesce(s.deployed, 0), coalesce(s.synced, 0), coalesce(s.failed, 0))
    union all
    select format('bulk deletion %s counted %s removed and %s not, and recorded %s and %s', d.id, d.removed, d.not_removed,
      coalesce(b.removed, 0), coalesce(s.skipped, 0))
    from (
      select id, removed, skipped_still_valid + skipped_deployed + skipped_synced + skipped_gone + failed as not_removed
      from bulk_deletions where account_id = ${accountId}
    ) d left join by_bulk b on b.bulk_deletion_id = d.id left join bulk_skipped s on s.bulk_deletion_id = d.id
    where (d.removed, d.not_removed) <> (coalesce(b.removed, 0), coalesce(s.skipped, 0))`;
  return rows.map(({ fault }) => fault);
}
