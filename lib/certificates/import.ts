import "server-only";
import { createHash } from "node:crypto";
import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { database, type Executor } from "@/drizzle/client";
import { certificateContents, certificates, revocations } from "@/drizzle/schema/certificates";
import { revocationChecks } from "@/drizzle/schema/revocation";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import type { CertificateGroup } from "@/lib/certificates/chain";
import type { ParsedCertificate } from "@/lib/certificates/parse";
import { bundleOf } from "@/lib/certificates/pem";
import { nameOf, OTHER_NAMES_SHOWN, type Source, searchTextOf } from "@/lib/certificates/rules";
import type { CertificateFacts } from "@/lib/certificates/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { firstCheckAt } from "@/lib/revocation/check-rules";

/** How often certificates are offered again that others delete at the same moment. */
const ATTEMPTS = 4;

export type Incoming = {
  group: CertificateGroup;
  givenName: string | null;
  source: Source;
  isSample: boolean;
  /** The text that brought it, kept when it cannot be made again from certificate and chain. */
  asUploaded?: string;
};
export type Imported = { kind: "added" | "already"; id: string; name: string };

/** The identity of a revocation: issuer and serial, of any length. */
export function revocationKeyOf(certificate: { issuer: string; serial: string }): string {
  return createHash("sha256").update(`${certificate.issuer}\n${certificate.serial}`).digest("hex");
}

const addedRows = z.array(z.object({ id: z.uuid() }));

/**
 * Adds certificates to the inventory, all in one statement, and answers for each in order: added, or already there (its
 * SHA-256 fingerprint is its identity within the account). A certificate that was once revoked here is revoked again.
 */
export async function importCertificates(
  scope: Scope,
  incoming: Incoming[],
  now: Date,
  executor: Executor = database(),
): Promise<Imported[]> {
  if (incoming.length === 0) return [];
  const rows = incoming.map((each) => rowOf(each, now));
  const outcomes = new Map<string, Imported>();
  let open = rows;
  for (let attempt = 1; open.length > 0; attempt += 1) {
    if (attempt > ATTEMPTS) throw new AppError("conflict", "These certificates are being deleted by others right now.");
    const added = await insertRows(scope, open, { now, executor });
    const present = added.size === open.length ? new Map() : await idsByFingerprint(scope, open, executor);
    for (const { id, fingerprint, name } of open) {
      const found = present.get(fingerprint);
      if (added.has(id)) outcomes.set(id, { kind: "added", id, name });
      else if (found !== undefined) outcomes.set(id, { kind: "already", ...found });
    }
    // One that was there for the insert and is not now was deleted in between: it can be added after all.
    open = open.filter((row) => !outcomes.has(row.id));
  }
  return rows.flatMap((row) => outcomes.get(row.id) ?? []);
}

function rowOf({ group, givenName, source, isSample, asUploaded }: Incoming, now: Date) {
  const { certificate, chain } = group;
  const facts = factsOf(certificate);
  const [firstSan] = certificate.sans;
  const { fingerprint } = facts;
  const name = nameOf({
    givenName,
    commonName: facts.commonName,
    firstSan: firstSan?.value ?? null,
    fingerprint,
  });
  const others = [...new Set(facts.sans.map((san) => san.value))].filter((value) => value !== name);
  const isAsked = source === "uploaded" && facts.ocspUrls.length + facts.crlUrls.length > 0;
  return {
    id: newId(),
    name,
    fingerprint,
    source,
    not_before: facts.notBefore,
    not_after: facts.notAfter,
    revocation_key: revocationKeyOf(facts),
    is_sample: isSample,
    /** Its CA will be asked whether it has revoked it. */
    first_check_at: isAsked && !isSample ? firstCheckAt(now) : null,
    pem: certificate.pem,
    chain_pems: chain.map((link) => link.pem),
    as_uploaded: keptText(group, asUploaded),
    details: { ...facts, chain: chain.map(factsOf) },
    issuer_label: facts.issuerLabel,
    other_names: others.slice(0, OTHER_NAMES_SHOWN),
    other_name_count: others.length,
    search: searchTextOf([
      name,
      facts.subject,
      facts.issuer,
      facts.serial,
      facts.serialHex,
      fingerprint,
      ...facts.sans.map((san) => san.value),
    ]),
  };
}

function keptText({ certificate, chain }: CertificateGroup, asUploaded: string | undefined): string | null {
  const made = bundleOf({ pem: certificate.pem, chainPems: chain.map((link) => link.pem), asUploaded: null });
  return asUploaded === undefined || asUploaded === made ? null : asUploaded;
}

function factsOf(parsed: ParsedCertificate): CertificateFacts {
  return {
    fingerprint: parsed.fingerprint,
    subject: parsed.subject,
    issuer: parsed.issuer,
    commonName: parsed.commonName,
    issuerLabel: parsed.issuerLabel,
    serial: parsed.serial,
    serialHex: parsed.serialHex,
    sans: parsed.sans,
    keyAlgorithm: parsed.keyAlgorithm,
    keySize: parsed.keySize,
    signatureAlgorithm: parsed.signatureAlgorithm,
    keyUsage: parsed.keyUsage,
    extendedKeyUsage: parsed.extendedKeyUsage,
    isCa: parsed.isCa,
    crlUrls: parsed.crlUrls,
    ocspUrls: parsed.ocspUrls,
    issuerUrls: parsed.issuerUrls,
    subjectKeyId: parsed.subjectKeyId,
    authorityKeyId: parsed.authorityKeyId,
    notBefore: parsed.notBefore.toISOString(),
    notAfter: parsed.notAfter.toISOString(),
    oddities: parsed.oddities,
  };
}

type Row = ReturnType<typeof rowOf>;

async function insertRows(
  scope: Scope,
  rows: Row[],
  { now, executor }: { now: Date; executor: Executor },
): Promise<Set<string>> {
  const inserted = await executor.execute(sql`
    with incoming as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as incoming (
        id uuid, name text, fingerprint text, source text, not_before timestamptz, not_after timestamptz,
        revocation_key text, is_sample boolean, first_check_at timestamptz, pem text, chain_pems text[], as_uploaded text, details jsonb, issuer_label text,
        other_names text[], other_name_count integer, search text)
    ), added as (
      insert into ${certificates} (account_id, id, name, fingerprint, source, not_before, not_after, revoked_at,
        is_sample, added_at, added_by_id, added_by_label, search)
      select ${scope.accountId}, id, name, fingerprint, source, not_before, not_after,
        (select ${revocations.revokedAt} from ${revocations}
          where ${revocations.accountId} = ${scope.accountId} and ${revocations.key} = incoming.revocation_key),
        is_sample, ${at(now)}, ${scope.actor.id}::uuid, ${scope.actor.label}, search
      from incoming order by fingerprint
      on conflict (account_id, fingerprint) do nothing
      returning id
    ), kept as (
      insert into ${certificateContents} (account_id, id, pem, chain_pems, as_uploaded, details, issuer_label,
        other_names, other_name_count, search)
      select ${scope.accountId}, id, pem, chain_pems, as_uploaded, details, issuer_label, other_names, other_name_count, search
      from incoming join added using (id)
    ), asked as (
      insert into ${revocationChecks} (account_id, certificate_id, next_check_at)
      select ${scope.accountId}, id, first_check_at from incoming join added using (id)
      where first_check_at is not null and not_after >= ${at(now)}
      on conflict do nothing
    )
    select id from added`);
  return new Set(addedRows.parse(inserted.rows).map((row) => row.id));
}

async function idsByFingerprint(scope: Scope, rows: Row[], executor: Executor) {
  const fingerprints = rows.map((row) => row.fingerprint);
  const found = await executor
    .select({ id: certificates.id, name: certificates.name, fingerprint: certificates.fingerprint })
    .from(certificates)
    .where(and(eq(certificates.accountId, scope.accountId), inArray(certificates.fingerprint, fingerprints)));
  return new Map(found.map(({ fingerprint, ...row }) => [fingerprint, row]));
}
