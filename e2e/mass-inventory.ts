import type { Sql } from "./database";

type Fill = {
  accountId: string;
  /** How many certificates the account shall have that expired long ago. */
  expired: number;
  /** How many that are valid, beside them. */
  valid: number;
};

/**
 * Fills an account up to these numbers, by SQL, since it is done again and again. The rows have no real certificate in
 * them: what is watched is whether each is accounted for. Answers with how many it put in.
 */
export async function fillAccount(sql: Sql, { accountId, expired, valid }: Fill): Promise<number> {
  const old = await fillUp(sql, { accountId, expiresIn: "-90 days", wanted: expired });
  return old + (await fillUp(sql, { accountId, expiresIn: "90 days", wanted: valid }));
}

async function fillUp(
  sql: Sql,
  { accountId, expiresIn, wanted }: { accountId: string; expiresIn: string; wanted: number },
): Promise<number> {
  const [made] = await sql<{ count: number }[]>`
    with missing as materialized (
      select gen_random_uuid() as id, n from generate_series(1, ${wanted}::int - (
        select count(*) from certificates where account_id = ${accountId} and (not_after < now()) = (${expiresIn}::interval < '0'))::int) n
    ), contents as (
      insert into certificate_contents (account_id, id, pem, chain_pems, details, issuer_label, other_names, other_name_count, search)
      select ${accountId}, id, 'none', '{}', '{}', 'Example CA', '{}', 0, 'mass' from missing
      returning id
    ), listed as (
    insert into certificates (account_id, id, name, source, fingerprint, not_before, not_after, added_at, added_by_label)
    select ${accountId}, id, 'mass-' || n, 'uploaded', replace(id::text, '-', '') || md5(id::text), now() - interval '400 days',
      now() + ${expiresIn}::interval + n * interval '1 second', now(), 'uploader@example.test'
    from missing join contents using (id)
      returning id
    )
    select count(*)::int as count from listed`;
  return made?.count ?? 0;
}

/** Puts so many of the expired certificates into use, each by a deployment and as many others by a sync. */
export async function putSomeToUse(sql: Sql, accountId: string, count: number): Promise<void> {
  await sql`
    insert into deployments (account_id, id, certificate_id, service, resource, note, added_at, added_by_label)
    select account_id, gen_random_uuid(), id, 'Load balancer', 'lb:443', '', now(), 'somebody@example.test'
    from certificates where account_id = ${accountId} and not_after < now() order by id limit ${count}`;
  await sql`
    with place as (
      insert into destinations (account_id, id, name, created_at)
      values (${accountId}, gen_random_uuid(), 'Key vault', now()) returning id
    )
    insert into syncs (account_id, id, certificate_id, destination_id, enabled, state, added_at)
    select c.account_id, gen_random_uuid(), c.id, place.id, true, 'active', now()
    from certificates c, place where c.account_id = ${accountId} and not_after < now() order by c.id desc limit ${count}`;
}
