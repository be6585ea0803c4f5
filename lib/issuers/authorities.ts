import "server-only";
import type { KeyObject } from "node:crypto";
import { and, asc, eq, isNotNull } from "drizzle-orm";
import { database, type Executor, type Transaction } from "@/drizzle/client";
import { constraintOf } from "@/drizzle/failures";
import { authorities, issuers } from "@/drizzle/schema/issuers";
import { recordAudit } from "@/lib/audit/commands";
import type { AuditDetails } from "@/lib/audit/rules";
import type { Scope } from "@/lib/auth/scope";
import { formatPem } from "@/lib/certificates/pem";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { openAuthorityKey, publishedAt, sealAuthorityKey } from "@/lib/issuers/authority-keys";
import { readImportedAuthority } from "@/lib/issuers/imported-authority";
import { firstList, signList } from "@/lib/issuers/lists";
import { makeAuthorities } from "@/lib/issuers/made-authorities";
import type { ImportedIssuer, NewPrivateIssuer } from "@/lib/issuers/schema";
import { refusedByConstraints } from "@/lib/pki/constraints";
import { constraintsOf } from "@/lib/pki/constraints-reading";
import { readNames } from "@/lib/pki/names";
import { openRequest } from "@/lib/pki/requests";
import { makeLeaf, signerOf } from "@/lib/pki/signing";
import { derOf } from "@/lib/pki/text";

/**
 * Makes a private CA: a root, and an intermediate that signs. Both publish their first lists with it.
 * @throws AppError "invalid_input" when a name means nothing, "conflict" when the issuer's name is taken
 */
export async function createPrivateIssuer(
  scope: Scope,
  order: NewPrivateIssuer,
  now: Date,
): Promise<{ issuerId: string }> {
  const { root, intermediate } = await makeAuthorities(order, now);
  const rows = [intermediate, root].map(({ id, certificate, key }) => ({
    ...{ id, certificate, key, isSigning: id === intermediate.id },
    role: id === root.id ? ("root" as const) : ("intermediate" as const),
  }));
  const { keyAlgorithm, organisation } = order;
  const details = {
    keyAlgorithm,
    organisation,
    permitted: order.permitted.join(" "),
    excluded: order.excluded.join(" "),
  };
  return { issuerId: await keepIssuer(scope, { ...order, authorities: rows, details }, now) };
}

/**
 * Takes over a CA with its key. Its certificate, and those above it as far as they are given, must be ones that let it
 * sign leaves now; of these it publishes the certificates, and the list of its own revocations alone.
 * @throws AppError "conflict" when the issuer's name is taken
 */
export async function importPrivateIssuer(
  scope: Scope,
  order: ImportedIssuer,
  now: Date,
): Promise<{ kind: "created"; issuerId: string } | { kind: "refused"; sentence: string }> {
  const imported = await readImportedAuthority(order, now);
  if ("sentence" in imported) return { kind: "refused", sentence: imported.sentence };
  const rows = [imported.certificate, ...imported.chain].map((certificate, above) => ({
    ...{ id: newId(), isSigning: above === 0, key: above === 0 ? imported.key : null },
    certificate: { ...certificate, pem: formatPem(certificate.der) },
    role: certificate.subject === certificate.issuer ? ("root" as const) : ("intermediate" as const),
  }));
  const known = await signingNameOf(scope, rows[0]?.certificate.pem ?? "");
  if (known !== null) return { kind: "refused", sentence: `This CA is here already: ${known}.` };
  const details = { imported: true, subject: imported.certificate.subject };
  return { kind: "created", issuerId: await keepIssuer(scope, { ...order, authorities: rows, details }, now) };
}

async function signingNameOf({ accountId }: Scope, certificatePem: string): Promise<string | null> {
  const [found] = await database()
    .select({ name: issuers.name })
    .from(authorities)
    .innerJoin(issuers, and(eq(issuers.accountId, authorities.accountId), eq(issuers.id, authorities.issuerId)))
    .where(
      and(
        eq(authorities.accountId, accountId),
        eq(authorities.certificatePem, certificatePem),
        isNotNull(authorities.keyBox),
      ),
    );
  return found?.name ?? null;
}

type NewAuthority = {
  id: string;
  certificate: { pem: string; der: Buffer; notBefore: Date; notAfter: Date };
  role: "root" | "intermediate";
  isSigning: boolean;
  /** Null where it is kept elsewhere. */
  key: KeyObject | null;
};

type NewIssuer = {
  name: string;
  maxDays: number;
  renewAutomatically: boolean;
  authorities: NewAuthority[];
  details: AuditDetails;
};

async function keepIssuer(scope: Scope, order: NewIssuer, now: Date): Promise<string> {
  const { accountId, actor } = scope;
  const { name, maxDays, renewAutomatically } = order;
  const issuerId = newId();
  const added = { addedAt: now, addedById: actor.id, addedByLabel: actor.label };
  const rows = order.authorities.map(({ id, certificate, key, role, isSigning }) => ({
    ...{ accountId, id, issuerId, role, isSigning, certificatePem: certificate.pem },
    ...{ notBefore: certificate.notBefore, notAfter: certificate.notAfter },
    ...(key === null
      ? {}
      : { ...sealAuthorityKey(key, { accountId, id }), ...firstList(signerOf(certificate.der, key), now) }),
  }));
  try {
    await database().transaction(async (tx) => {
      const kind = "private_ca" as const;
      await tx.insert(issuers).values({ accountId, id: issuerId, name, kind, maxDays, renewAutomatically, ...added });
      await tx.insert(authorities).values(rows);
      const details = { name, kind, maxDays, ...order.details };
      await recordAudit(tx, scope, { now, action: "issuer.added", subjectId: issuerId, details });
    });
  } catch (error) {
    if (constraintOf(error) !== "issuers_name_key") throw error;
    throw new AppError("conflict", `There is an issuer called ${name} already.`, { cause: error });
  }
  return issuerId;
}

export type SignedLeaf = { certificatePem: string; chainPems: string[]; authorityId: string; serialHex: string };

/**
 * Signs a certificate for a request (PKCS#10, DER) in the caller's transaction. `days` is the whole of its validity.
 * The chain is the one that servers send: without the root, unless that signed it.
 * @throws AppError "not_found", "conflict" when the issuer is retired, "invalid_input" with a sentence when it may not sign this
 */
export async function issueByAuthority(
  tx: Transaction,
  scope: Scope,
  order: { issuerId: string; csr: Buffer; names: readonly string[]; days: number },
  now: Date,
): Promise<SignedLeaf> {
  const { name, maxDays } = await readIssuer(tx, scope, order.issuerId);
  const line = await readLine(tx, scope, order.issuerId);
  const [signing] = line;
  if (signing === undefined) throw new AppError("conflict", `${name} has no CA that signs.`);
  const request = openRequest(order.csr);
  if ("sentence" in request) throw new AppError("invalid_input", request.sentence);
  const read = readNames(order.names);
  if ("sentence" in read) throw new AppError("invalid_input", read.sentence);
  if (!Number.isInteger(order.days) || order.days < 1 || order.days > maxDays)
    throw new AppError("invalid_input", `${name} signs certificates for 1 to ${maxDays.toLocaleString("en")} days.`);
  for (const { certificatePem, notAfter } of line) {
    if (notAfter <= now) throw new AppError("conflict", `${name} has expired and signs nothing any more.`);
    const constraints = constraintsOf(derOf(certificatePem));
    if (constraints === null) throw new Error("an authority has constraints that were not read before");
    const refusal = refusedByConstraints(read.names, constraints);
    if (refusal !== null) throw new AppError("invalid_input", refusal);
  }
  const own = signerOf(derOf(signing.certificatePem), openAuthorityKey(signing));
  // Nothing is believed for longer than what stands above it.
  const signer = { ...own, notAfter: new Date(Math.min(...line.map(({ notAfter }) => notAfter.getTime()))) };
  const { commonName, publicKey, keyAlgorithm } = request;
  const subject = { names: read.names, commonName, publicKey, keyAlgorithm };
  const leaf = makeLeaf({ signer, ...subject, days: order.days, published: publishedAt(signing.id), now });
  const chainPems = line
    .filter(({ isSigning, role }) => isSigning || role !== "root")
    .map((link) => link.certificatePem);
  return { certificatePem: leaf.pem, chainPems, authorityId: signing.id, serialHex: leaf.serialHex };
}

async function readIssuer(tx: Transaction, { accountId }: Scope, issuerId: string) {
  const [row] = await tx
    .select({ name: issuers.name, retiredAt: issuers.retiredAt, maxDays: issuers.maxDays })
    .from(issuers)
    .where(and(eq(issuers.accountId, accountId), eq(issuers.id, issuerId), eq(issuers.kind, "private_ca")))
    // It is not retired while it signs.
    .for("share");
  if (row === undefined || row.maxDays === null) throw new AppError("not_found", "There is no such private CA.");
  if (row.retiredAt !== null) throw new AppError("conflict", `${row.name} is retired and issues nothing any more.`);
  return { name: row.name, maxDays: row.maxDays };
}

/** The authority that signs and those above it, nearest first: in the order of their ids. */
async function readLine(tx: Transaction, { accountId }: Scope, issuerId: string) {
  return await tx
    .select({
      accountId: authorities.accountId,
      id: authorities.id,
      role: authorities.role,
      isSigning: authorities.isSigning,
      certificatePem: authorities.certificatePem,
      notAfter: authorities.notAfter,
      keyBox: authorities.keyBox,
      keyKeyId: authorities.keyKeyId,
    })
    .from(authorities)
    .where(and(eq(authorities.accountId, accountId), eq(authorities.issuerId, issuerId)))
    .orderBy(asc(authorities.id));
}

/** Signs the list of an authority again, with the next number, in the caller's transaction: what was just revoked stands in it. */
export async function republish(tx: Executor, scope: Scope, authorityId: string, now: Date): Promise<void> {
  const list = await signList(tx, { accountId: scope.accountId, id: authorityId }, { now, onlyIfDue: false });
  if (list === null) throw new Error("a list was to be signed whose authority has no key here");
}
