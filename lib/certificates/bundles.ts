import "server-only";
import { and, asc, eq, gt, not, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database, preparedStatement } from "@/drizzle/client";
import { certificateContents, certificates, isOfAuthority } from "@/drizzle/schema/certificates";
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

/** Rows read at a time, at most, and the characters of their texts that are aimed at: what a list holds in memory. */
const BATCH = 200;
const BATCH_CHARACTERS = 1_000_000;
/** A few first: nobody knows yet how long they are. */
const FIRST_BATCH = 25;

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

const rowsOfOne = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    pem: z.string(),
    chainPems: z.array(z.string()),
    asUploaded: z.string().nullable(),
    isCa: z.boolean(),
    issuer: z.string(),
    serial: z.string(),
    signatureAlgorithm: z.string(),
    notAfter: z.date(),
    addedAt: z.date(),
  }),
);

const ofContents = and(
  eq(certificateContents.accountId, certificates.accountId),
  eq(certificateContents.id, certificates.id),
);

const one = preparedStatement(
  "read_bundle",
  sql`select ${certificates.id}, ${certificates.name}, ${certificateContents.pem},
    ${certificateContents.chainPems} as "chainPems", ${certificateContents.asUploaded} as "asUploaded",
    ${columns.isCa} as "isCa", ${columns.issuer} as issuer, ${columns.serial} as serial,
    ${columns.signatureAlgorithm} as "signatureAlgorithm", ${certificates.notAfter} as "notAfter",
    ${certificates.addedAt} as "addedAt"
  from ${certificates} join ${certificateContents} on ${ofContents}
  where ${certificates.accountId} = ${sql.placeholder("accountId")} and ${certificates.id} = ${sql.placeholder("id")}`,
);

/** A certificate of the inventory; null when the account has none with this id. */
export async function readBundle({ accountId }: Scope, id: string): Promise<CertificateBundle | null> {
  const [row] = rowsOfOne.parse(await one({ accountId, id }));
  return row === undefined ? null : bundled(row);
}

/** Every certificate that the filter lets through, in the order in which they were added, in batches. */
export function listBundles(scope: Scope, filter: BundleFilter): AsyncGenerator<CertificateBundle[]> {
  return stretch(matching(scope, filter), { skipped: 0, most: Number.POSITIVE_INFINITY });
}

/** One page of the same, from 1 on, in batches. What stands before it is counted in an index, not read. */
export function pageOfBundles(
  scope: Scope,
  filter: BundleFilter,
  { page, perPage }: { page: number; perPage: number },
): AsyncGenerator<CertificateBundle[]> {
  return stretch(matching(scope, filter), { skipped: (page - 1) * perPage, most: perPage });
}

/** Counted without reading contents. */
export async function countBundles(scope: Scope, filter: BundleFilter): Promise<number> {
  const of = (isCa: true | null) => database().$count(certificates, matching(scope, { ...filter, isCa }));
  return filter.isCa === false ? (await of(null)) - (await of(true)) : of(filter.isCa);
}

/** As certificate_contents_ca_idx holds them. */
const isAuthority = sql`exists (select from ${certificateContents} where ${ofContents} and ${isOfAuthority})`;

function matching(scope: Scope, { isCa, name }: BundleFilter): SQL | undefined {
  return and(
    eq(certificates.accountId, scope.accountId),
    isCa === null ? undefined : isCa ? isAuthority : not(isAuthority),
    // The first is what the index holds.
    name === null
      ? undefined
      : sql`lower(${certificates.name}) collate "C" = lower(${name}) collate "C" and ${certificates.name} = ${name}`,
  );
}

type Stretch = { skipped: number; most: number };

async function* stretch(where: SQL | undefined, { skipped, most }: Stretch): AsyncGenerator<CertificateBundle[]> {
  let beyond: SQL | undefined;
  let batch = FIRST_BATCH;
  for (let done = 0; done < most; ) {
    const limit = Math.min(batch, most - done);
    const rows = await read(and(where, beyond), { limit, offset: done === 0 ? skipped : 0 });
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return;
    done += rows.length;
    beyond = gt(certificates.id, last.id);
    batch = batchAfter(rows);
  }
}

/** Twice as many rows at most, and as many as the last ones were long. */
function batchAfter(rows: CertificateBundle[]): number {
  const characters = rows.reduce((sum, { bundle }) => sum + bundle.length, 0);
  const fitting = Math.floor((BATCH_CHARACTERS * rows.length) / Math.max(1, characters));
  return Math.max(1, Math.min(BATCH, 2 * rows.length, fitting));
}

/** Which rows are meant is settled before any contents are read. */
async function read(
  where: SQL | undefined,
  { limit, offset }: { limit: number; offset: number },
): Promise<CertificateBundle[]> {
  const met = database()
    .select({ accountId: certificates.accountId, id: certificates.id })
    .from(certificates)
    .where(where)
    .orderBy(asc(certificates.id))
    .limit(limit)
    .offset(offset)
    .as("met");
  const rows = await database()
    .select(columns)
    .from(met)
    .innerJoin(certificates, and(eq(certificates.accountId, met.accountId), eq(certificates.id, met.id)))
    .innerJoin(certificateContents, ofContents)
    .orderBy(asc(certificates.id));
  return rows.map(bundled);
}

type Row = Omit<CertificateBundle, "bundle"> & { pem: string; chainPems: string[]; asUploaded: string | null };

function bundled({ pem, chainPems, asUploaded, ...row }: Row): CertificateBundle {
  return { ...row, bundle: bundleOf({ pem, chainPems, asUploaded }) };
}
