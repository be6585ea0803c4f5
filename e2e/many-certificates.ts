import { sql } from "./database";
import { addCertificate } from "./inventory";

/** "copy-007.example.test": the certificate of this number, counted from 1. */
export function copyName(number: number): string {
  return `copy-${String(number).padStart(3, "0")}.example.test`;
}

/**
 * Expired certificates in any number, fast: copies of one that was uploaded and is then taken away, numbered from 1, each
 * expired a minute later than the one before, with ids in the same order.
 */
export async function addNumbered(accountId: string, count: number): Promise<void> {
  const { id } = await addCertificate(accountId, { name: "template.example.test", expiresIn: -200 });
  const idOf = "('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";
  const nameOf = "'copy-' || lpad(n::text, 3, '0') || '.example.test'";
  await sql().unsafe(
    `insert into certificate_contents (account_id, id, pem, chain_pems, details, issuer_label, other_names, other_name_count, search)
     select account_id, ${idOf}, pem, chain_pems, details, issuer_label, other_names, other_name_count, ${nameOf}
     from certificate_contents, generate_series(1, $3::int) n where account_id = $1 and id = $2`,
    [accountId, id, count],
  );
  await sql().unsafe(
    `insert into certificates (account_id, id, name, fingerprint, source, not_before, not_after, added_at, added_by_label)
     select account_id, ${idOf}, ${nameOf}, encode(sha256(n::text::bytea), 'hex'), source, not_before,
       not_after + make_interval(mins => n), added_at, added_by_label
     from certificates, generate_series(1, $3::int) n where account_id = $1 and id = $2`,
    [accountId, id, count],
  );
  await sql()`update certificates set not_after = now() + interval '900 days', name = 'valid.example.test' where id = ${id}`;
}

/** How many certificates and removal records an account has. */
export async function countsOf(accountId: string): Promise<{ certificates: number; removals: number }> {
  const [counts] = await sql()<{ certificates: number; removals: number }[]>`
    select (select count(*)::int from certificates where account_id = ${accountId}) as certificates,
      (select count(*)::int from removals where account_id = ${accountId}) as removals`;
  return counts ?? { certificates: 0, removals: 0 };
}

/**
 * Makes the deletion of one certificate of the account refuse with these words, or wait, while `during` goes on; it is told
 * how to end that sooner.
 */
export async function withTrigger(
  { accountId, name, does }: { accountId: string; name: string; does: { raise: string } | "wait" },
  during: (lift: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const trigger = `trial_${accountId.replaceAll("-", "")}`;
  const body =
    does === "wait"
      ? `while exists (select from ${trigger}_gate) loop perform pg_sleep(0.05); end loop; return old;`
      : `raise exception '${does.raise}';`;
  await sql().unsafe(`
    create table ${trigger}_gate (); insert into ${trigger}_gate default values;
    create function ${trigger}() returns trigger language plpgsql as $$ begin ${body} end $$;
    create trigger ${trigger} before delete on certificates for each row
      when (old.account_id = '${accountId}' and old.name = '${name}') execute function ${trigger}();`);
  const lift = () =>
    does === "wait"
      ? sql().unsafe(`delete from ${trigger}_gate`)
      : sql().unsafe(`drop trigger if exists ${trigger} on certificates`);
  try {
    await during(async () => void (await lift()));
  } finally {
    await lift();
    await sql().unsafe(`
      drop trigger if exists ${trigger} on certificates; drop function ${trigger}(); drop table ${trigger}_gate;`);
  }
}
