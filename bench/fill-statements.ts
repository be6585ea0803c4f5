import { escapeLiteral } from "pg";
import { RARE_COUNT, RARE_SEARCH } from "./dataset";

type Filling = { accountId: string; templateAccountId: string; size: number; now: Date };

const UPLOADED_PERCENT = 60;

/** A number from 0 to below `limit` that looks random and is the same in every run. */
function random(seed: number, limit: number): string {
  return `((hashint8extended(i, ${seed}) & 2147483647) % ${limit})`;
}

/**
 * The statements that fill an inventory from the certificates of another account. First what is particular to each
 * certificate, then in two lanes, for two sessions, the tables from it, in the order of the ids, as the years of an
 * inventory lay it down.
 */
export function fillStatements({ accountId, templateAccountId, size, now }: Filling): {
  first: string;
  lanes: string[][];
} {
  const account = `${escapeLiteral(accountId)}::uuid`;
  const at = `${escapeLiteral(now.toISOString())}::timestamptz`;
  const templated = `bench_rows r join (
       select *, row_number() over (order by id) - 1 as n, count(*) over () as total
       from certificate_contents where account_id = ${escapeLiteral(templateAccountId)}::uuid
     ) t on t.n = r.i % t.total`;
  const contents = (
    condition: string,
  ) => `insert into certificate_contents (account_id, id, pem, chain_pems, details, issuer_label, other_names, other_name_count, search)
     select ${account}, r.id, t.pem, t.chain_pems, t.details || jsonb_build_object('fingerprint', r.fingerprint,
         'subject', 'CN=' || r.name || ',O=Example Inc.', 'commonName', r.name, 'serial', r.serial, 'serialHex', left(r.fingerprint, 32),
         'sans', jsonb_build_array(jsonb_build_object('kind', 'dns', 'value', r.name), jsonb_build_object('kind', 'dns', 'value', 'www.' || r.name)),
         'notBefore', ${isoText("r.not_before")}, 'notAfter', ${isoText("r.not_after")}),
       t.issuer_label, array['www.' || r.name], 1, ${SEARCH}
     from ${templated} where ${condition} order by r.i`;
  const rest = [
    `insert into certificates (account_id, id, name, fingerprint, source, not_before, not_after, revoked_at, added_at, added_by_label, search)
     select ${account}, r.id, r.name, r.fingerprint, r.source, r.not_before, r.not_after, r.revoked_at, r.added_at, 'uploader@example.test', ${SEARCH}
     from ${templated} order by r.i`,
    `insert into destinations (account_id, id, name, created_at)
     select ${account}, gen_random_uuid(), 'Load balancers ' || n, ${at} from generate_series(1, 10) n`,
    // One in twenty is deployed, one in twenty synced, each independent of the dates and of the other.
    `insert into deployments (account_id, id, certificate_id, service, resource, note, added_at, added_by_label)
     select ${account}, gen_random_uuid(), id, 'Load balancer', name || ':443', '', added_at, 'member@example.test'
     from bench_rows where ${random(5, 20)} = 0`,
    `insert into syncs (account_id, id, certificate_id, destination_id, enabled, state, added_at)
     select ${account}, gen_random_uuid(), r.id, d.id, true, 'active', r.added_at
     from bench_rows r join (select id, row_number() over (order by name) - 1 as n from destinations where account_id = ${account}) d
       on d.n = r.i % 10
     where ${random(6, 20)} = 0`,
  ];
  // Contents are most of the work.
  const half = Math.round(size * 0.55);
  return {
    first: `create unlogged table bench_rows as ${particulars(size, at)}`,
    lanes: [[contents(`r.i <= ${half}`)], [contents(`r.i > ${half}`), ...rest]],
  };
}

/** Of a row and its template: what the search looks in. */
const SEARCH = `concat_ws(e'\\n', r.name, lower('CN=' || r.name || ',O=Example Inc.'), lower(t.details->>'issuer'), r.serial,
         left(r.fingerprint, 32), r.fingerprint, 'www.' || r.name)`;

function isoText(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** Ids rise with `i`, as those of version 7 do with time; dates and all else are independent of it. */
function particulars(size: number, at: string): string {
  const step = Math.max(2, Math.floor(size / RARE_COUNT));
  const seconds = (days: number, seed: number) => `${random(seed, days * 86_400)} * interval '1 second'`;
  return `select i, added_at, source, not_after, not_before,
      case when kind >= 121 and ${random(4, 100)} = 0 then not_before + interval '1 second' end as revoked_at,
      (left(stamp, 8) || '-' || right(stamp, 4) || '-7' || substr(fingerprint, 1, 3) || '-8' || substr(fingerprint, 4, 3)
        || '-' || substr(fingerprint, 7, 12))::uuid as id,
      word || '-' || i || '.' || team || '.example.com' as name, fingerprint, ${random(8, 2_000_000_000)} || '' || abs(hashint8extended(i, 9)) as serial
    from (select i, kind, added_at, not_after,
        case when kind between 121 and 125 then ${at} + interval '1 hour' + ${seconds(9, 3)}
          when kind < 121 then not_after - interval '365 days'
          else least(not_after - interval '90 days', ${at} - interval '1 day') end as not_before,
        lpad(to_hex((extract(epoch from added_at) * 1000)::bigint), 12, '0') as stamp,
        encode(sha256(convert_to('certificate ' || i, 'UTF8')), 'hex') as fingerprint,
        case when ${random(7, 100)} < ${UPLOADED_PERCENT} then 'uploaded' else 'issued' end as source,
        case when i % ${step} = ${step >> 1} then '${RARE_SEARCH}' else (array['payments', 'api', 'www', 'mail', 'vpn', 'build', 'login',
          'cdn', 'static', 'wiki', 'shop', 'db', 'proxy', 'ldap', 'metrics', 'files', 'chat', 'news', 'maps', 'jobs'])[1 + ${random(10, 20)}] end as word,
        'team' || lpad(${random(11, 400)}::text, 3, '0') as team
      from (select i, kind,
          -- Two milliseconds apart, the last a moment ago.
          ${at} - (${size} - i + 1) * interval '2 milliseconds' as added_at,
          case when kind < 111 then ${at} - interval '31 days' - ${seconds(700, 2)}
            when kind < 121 then ${at} - interval '1 hour' - ${seconds(29, 2)}
            when kind < 126 then ${at} + interval '90 days' + ${seconds(30, 2)}
            when kind < 186 then ${at} + interval '1 hour' + ${seconds(29, 2)}
            else ${at} + interval '31 days' + ${seconds(365, 2)} end as not_after
        from (select i, ${random(1, 1_000)} as kind from generate_series(1, ${size}::bigint) i) kinds) dated) shaped`;
}
