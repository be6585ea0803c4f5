import "server-only";
import { X509Certificate } from "node:crypto";
import { and, asc, desc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { authorities, issuers } from "@/drizzle/schema/issuers";
import { issuances } from "@/drizzle/schema/orders";
import { at, correlated } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { COUNT_CAP } from "@/lib/certificates/rules";
import { publishedAt } from "@/lib/issuers/authority-keys";
import type { AuthorityView, IssuerChoice, IssuerView } from "@/lib/issuers/schema";

const isSigning = and(
  eq(authorities.accountId, issuers.accountId),
  eq(authorities.issuerId, issuers.id),
  eq(authorities.isSigning, true),
);

/** One more than the cap says that there are more. */
const issued = correlated<number>(sql`(select count(*)::int from (select 1 from ${issuances}
  where ${issuances.accountId} = ${issuers.accountId} and ${issuances.issuerId} = ${issuers.id}
  limit ${sql.raw(String(COUNT_CAP + 1))}) as those)`);

async function read(scope: Scope, where?: SQL): Promise<IssuerView[]> {
  const rows = await database()
    .select({
      id: issuers.id,
      name: issuers.name,
      kind: issuers.kind,
      addedAt: issuers.addedAt,
      addedByLabel: issuers.addedByLabel,
      retiredAt: issuers.retiredAt,
      renewAutomatically: issuers.renewAutomatically,
      maxDays: issuers.maxDays,
      directoryUrl: issuers.directoryUrl,
      contact: issuers.contact,
      hasCaBundle: sql<boolean>`${issuers.caBundle} is not null`,
      challenge: issuers.challenge,
      caNotAfter: authorities.notAfter,
      issued,
    })
    .from(issuers)
    .leftJoin(authorities, isSigning)
    .where(and(eq(issuers.accountId, scope.accountId), where))
    .orderBy(asc(issuers.name));
  return rows.map(({ directoryUrl, contact, hasCaBundle, challenge, ...row }) => ({
    ...row,
    acme: directoryUrl === null || challenge === null ? null : { directoryUrl, contact, hasCaBundle, challenge },
  }));
}

/** The account's issuers by name, also those that are retired. */
export function listIssuers(scope: Scope): Promise<IssuerView[]> {
  return read(scope);
}

/** One of them; null when the account has none with this id. */
export async function readIssuer(scope: Scope, issuerId: string): Promise<IssuerView | null> {
  const [view] = await read(scope, eq(issuers.id, issuerId));
  return view ?? null;
}

/** Those that issue now: neither retired nor a CA that has expired. */
function isUsable(scope: Scope, now: Date): SQL | undefined {
  const hasNotExpired = sql`(${issuers.kind} = 'acme' or ${authorities.notAfter} > ${at(now)})`;
  return and(eq(issuers.accountId, scope.accountId), isNull(issuers.retiredAt), hasNotExpired);
}

/** What somebody who issues may choose from, by name. */
export function listIssuerChoices(scope: Scope, now: Date): Promise<IssuerChoice[]> {
  return database()
    .select({
      id: issuers.id,
      name: issuers.name,
      kind: issuers.kind,
      maxDays: issuers.maxDays,
      challenge: issuers.challenge,
    })
    .from(issuers)
    .leftJoin(authorities, isSigning)
    .where(isUsable(scope, now))
    .orderBy(asc(issuers.name));
}

export async function hasUsableIssuer(scope: Scope, now: Date): Promise<boolean> {
  const found = await database()
    .select({ id: issuers.id })
    .from(issuers)
    .leftJoin(authorities, isSigning)
    .where(isUsable(scope, now))
    .limit(1);
  return found.length > 0;
}

/** What issuers are called, by their ids, and whether they are retired or renew by themselves. */
export async function readIssuerNames(
  scope: Scope,
  ids: readonly string[],
): Promise<Map<string, { id: string; name: string; isRetired: boolean; renewAutomatically: boolean }>> {
  if (ids.length === 0) return new Map();
  const rows = await database()
    .select({
      id: issuers.id,
      name: issuers.name,
      isRetired: sql<boolean>`${issuers.retiredAt} is not null`,
      renewAutomatically: issuers.renewAutomatically,
    })
    .from(issuers)
    .where(and(eq(issuers.accountId, scope.accountId), inArray(issuers.id, [...new Set(ids)])));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The CAs of a private CA, the root first. */
export async function listAuthorities(scope: Scope, issuerId: string): Promise<AuthorityView[]> {
  const rows = await database()
    .select({
      id: authorities.id,
      role: authorities.role,
      isSigning: authorities.isSigning,
      pem: authorities.certificatePem,
      notBefore: authorities.notBefore,
      notAfter: authorities.notAfter,
      hasKey: sql<boolean>`${authorities.keyBox} is not null`,
      crlNumber: authorities.crlNumber,
      thisUpdate: authorities.crlThisUpdate,
      nextUpdate: authorities.crlNextUpdate,
    })
    .from(authorities)
    .where(and(eq(authorities.accountId, scope.accountId), eq(authorities.issuerId, issuerId)))
    // Their ids rise from the one that signs to its root.
    .orderBy(desc(authorities.id));
  return rows.map(({ pem, crlNumber, thisUpdate, nextUpdate, ...row }) => ({
    ...row,
    subject: subjectOf(pem),
    published: publishedAt(row.id),
    crl: thisUpdate === null || nextUpdate === null ? null : { number: crlNumber, thisUpdate, nextUpdate },
  }));
}

/** "CN=…, O=…", as the certificate has it. */
function subjectOf(pem: string): string {
  return new X509Certificate(pem).subject.split("\n").join(", ");
}
