import "server-only";
import { and, asc, count, eq, gt, type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificateContents, certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { bundleOf } from "@/lib/certificates/pem";

/** A certificate as it was uploaded, with what is said of it beside. `issuer` as in RFC 4514, `serial` decimal. */
export type CertificateBundle = {
  id: string;
  name: string;
  bundle: string;
  isCa: boolean;
  issuer: string;
  serial: string;
  signatureAlgorithm: string;
  notAfter: Date;
  addedAt: Date;
};

export type BundleFilter = { isCa: boolean | null; name: string | null };

/** Rows read at a time: what a list holds in memory, however many there are. */
const BATCH = 200;

const { details } = certificateContents;

const columns = {
  id: certificates.id,
  name: certificates.name,
  pem: certificateContents.pem,
  chainPems: certificateContents.chainPems,
  asUploaded: certificateContents.asUploaded,
  isCa: sql<boolean>`(${details}->>'isCa')::boolean`,
  issuer: sql<string>`${details}->>'issuer'`,
  serial: sql<string>`${details}->>'serial'`,
  signatureAlgorithm: sql<string>`${details}->>'signatureAlgorithm'`,
  notAfter: certificates.notAfter,
  addedAt: certificates.addedAt,
};

/** A certificate of the inventory; null when the account has none with this id. */
export async function readBundle(scope: Scope, id: string): Promise<CertificateBundle | null> {
  const [row] = await read(and(eq(certificates.accountId, scope.accountId), eq(certificates.id, id)), 1);
  return row ?? null;
}

/** Every certificate that the filter lets through, in the order in which they were added, in batches. */
export async function* listBundles(scope: Scope, filter: BundleFilter): AsyncGenerator<CertificateBundle[]> {
  let beyond: SQL | undefined;
  for (;;) {
    const rows = await read(and(matching(scope, filter), beyond), BATCH);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    beyond = gt(certificates.id, last.id);
  }
}

/** One page of the same, from 1 on, in batches. */
export async function* pageOfBundles(
  scope: Scope,
  filter: BundleFilter,
  { page, perPage }: { page: number; perPage: number },
): AsyncGenerator<CertificateBundle[]> {
  const from = (page - 1) * perPage;
  for (let done = 0; done < perPage; done += BATCH) {
    const limit = Math.min(BATCH, perPage - done);
    const rows = await read(matching(scope, filter), limit, from + done);
    if (rows.length > 0) yield rows;
    if (rows.length < limit) return;
  }
}

export async function countBundles(scope: Scope, filter: BundleFilter): Promise<number> {
  const [row] = await database()
    .select({ total: count() })
    .from(certificates)
    .innerJoin(certificateContents, ofContents)
    .where(matching(scope, filter));
  return row?.total ?? 0;
}

const ofContents = and(
  eq(certificateContents.accountId, certificates.accountId),
  eq(certificateContents.id, certificates.id),
);

function matching(scope: Scope, { isCa, name }: BundleFilter): SQL | undefined {
  return and(
    eq(certificates.accountId, scope.accountId),
    isCa === null ? undefined : sql`(${details}->>'isCa')::boolean = ${isCa}`,
    // The first is what the index holds.
    name === null
      ? undefined
      : sql`lower(${certificates.name}) collate "C" = lower(${name}) collate "C" and ${certificates.name} = ${name}`,
  );
}

async function read(where: SQL | undefined, limit: number, offset = 0): Promise<CertificateBundle[]> {
  const rows = await database()
    .select(columns)
    .from(certificates)
    .innerJoin(certificateContents, ofContents)
    .where(where)
    .orderBy(asc(certificates.id))
    .limit(limit)
    .offset(offset);
  return rows.map(({ pem, chainPems, asUploaded, ...row }) => ({
    ...row,
    bundle: bundleOf({ pem, chainPems, asUploaded }),
  }));
}
