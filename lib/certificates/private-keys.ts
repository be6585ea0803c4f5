import "server-only";
import { and, asc, eq, inArray, ne } from "drizzle-orm";
import { database, type Executor } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { privateKeys } from "@/drizzle/schema/private-keys";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { type Imported, type Incoming, importCertificates } from "@/lib/certificates/import";
import { exportPrivateKey, type OpenedKey } from "@/lib/certificates/parse-private-key";
import { AppError } from "@/lib/errors";
import { seal, unseal } from "@/lib/secrets/encrypt";
import { isBehind, type SealedStore } from "@/lib/secrets/reseal";

export type IncomingWithKey = Incoming & { key: OpenedKey | null };
/** `keyIsNew`: its private key came with this upload and was not kept before. */
export type ImportedWithKey = Imported & { keyIsNew: boolean };

/**
 * As importCertificates, with the private keys, all or nothing: a certificate gets its key also when it was there without one.
 * @throws AppError "conflict" when one that is to get its key is deleted at this moment
 */
export async function importWithKeys(scope: Scope, incoming: IncomingWithKey[], now: Date): Promise<ImportedWithKey[]> {
  if (incoming.every(({ key }) => key === null)) {
    const imported = await importCertificates(scope, incoming, now);
    return imported.map((each) => ({ ...each, keyIsNew: false }));
  }
  return await database().transaction(async (tx) => {
    const imported = await importCertificates(scope, incoming, now, tx);
    const keys = new Map<string, OpenedKey>();
    for (const [index, { id }] of imported.entries()) {
      const key = incoming[index]?.key ?? null;
      if (key !== null) keys.set(id, key);
    }
    const kept = await keepKeys(tx, scope, { keys, now });
    for (const { kind, id } of imported)
      if (kind === "already" && kept.has(id)) await recordKey(tx, scope, { id, now });
    return imported.map((each) => ({ ...each, keyIsNew: kept.has(each.id) }));
  });
}

/** Notes that a certificate which was there already has its private key from now on. */
export async function recordKey(tx: Executor, scope: Scope, { id, now }: { id: string; now: Date }): Promise<void> {
  await recordAudit(tx, scope, { now, action: "private_key.added", subjectId: id, details: {} });
}

/** Seals and keeps the keys of certificates by their ids, and answers which of these had none. Their fit was tried before. */
export async function keepKeys(
  tx: Executor,
  scope: Scope,
  { keys, now }: { keys: Map<string, OpenedKey>; now: Date },
): Promise<Set<string>> {
  // In one order, so that two uploads of the same certificates wait for each other and nothing worse.
  const ids = [...keys.keys()].sort();
  const held = await tx
    .select({ id: certificates.id })
    .from(certificates)
    .where(and(eq(certificates.accountId, scope.accountId), inArray(certificates.id, ids)))
    .orderBy(asc(certificates.id))
    .for("key share");
  if (held.length < ids.length) throw new AppError("conflict", BEING_DELETED);
  const { accountId, actor } = scope;
  const rows = [...keys].map(([certificateId, key]) => ({
    ...{ accountId, certificateId, ...sealKey(key, { accountId, certificateId }) },
    ...{ addedAt: now, addedById: actor.id, addedByLabel: actor.label },
  }));
  const kept = await tx
    .insert(privateKeys)
    .values(rows)
    .onConflictDoNothing()
    .returning({ id: privateKeys.certificateId });
  return new Set(kept.map(({ id }) => id));
}

const BEING_DELETED = "A certificate of this upload is being deleted by somebody else right now. Upload it again.";

function sealKey(key: OpenedKey, place: { accountId: string; certificateId: string }) {
  const pkcs8 = exportPrivateKey(key);
  try {
    return seal(pkcs8, placeOf(place));
  } finally {
    pkcs8.fill(0);
  }
}

/**
 * The private key of a certificate as PKCS#8 PEM, for whoever has to hand it on; null when none is kept. Never log it.
 * @throws AppError "unavailable" when it cannot be decrypted
 */
export async function openPrivateKey(scope: Scope, certificateId: string): Promise<string | null> {
  const { accountId } = scope;
  const [row] = await database()
    .select({ box: privateKeys.box, keyId: privateKeys.keyId })
    .from(privateKeys)
    .where(and(eq(privateKeys.accountId, accountId), eq(privateKeys.certificateId, certificateId)));
  if (row === undefined) return null;
  const pkcs8 = unseal(row, placeOf({ accountId, certificateId }));
  try {
    const lines = pkcs8.toString("base64").match(/.{1,64}/g) ?? [];
    return ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n");
  } finally {
    pkcs8.fill(0);
  }
}

/** Whether the private key of a certificate is kept. */
export async function hasPrivateKey(scope: Scope, certificateId: string, executor: Executor): Promise<boolean> {
  const rows = await executor
    .select({ id: privateKeys.certificateId })
    .from(privateKeys)
    .where(and(eq(privateKeys.accountId, scope.accountId), eq(privateKeys.certificateId, certificateId)));
  return rows.length > 0;
}

/** For the rotation of the encryption key. */
export const sealedPrivateKeys: SealedStore = {
  title: "private keys",
  read: (tx, { after, limit, keyId }) =>
    tx
      .select({
        accountId: privateKeys.accountId,
        id: privateKeys.certificateId,
        box: privateKeys.box,
        keyId: privateKeys.keyId,
      })
      .from(privateKeys)
      .where(
        and(
          ne(privateKeys.keyId, keyId),
          isBehind({ account: privateKeys.accountId, id: privateKeys.certificateId }, after),
        ),
      )
      .orderBy(asc(privateKeys.accountId), asc(privateKeys.certificateId))
      .limit(limit)
      .for("update"),
  write: async (tx, { accountId, id }, sealed) => {
    const isRow = and(eq(privateKeys.accountId, accountId), eq(privateKeys.certificateId, id));
    await tx.update(privateKeys).set(sealed).where(isRow);
  },
  placeOf: ({ accountId, id }) => placeOf({ accountId, certificateId: id }),
};

function placeOf({ accountId, certificateId }: { accountId: string; certificateId: string }): string {
  return `private_keys.box:${accountId}/${certificateId}`;
}
