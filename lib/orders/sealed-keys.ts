import "server-only";
import { createPrivateKey, createPublicKey, hash, type KeyObject } from "node:crypto";
import { and, asc, eq, isNotNull, ne } from "drizzle-orm";
import { orders } from "@/drizzle/schema/orders";
import type { OpenedKey } from "@/lib/certificates/parse-private-key";
import { seal, unseal } from "@/lib/secrets/encrypt";
import { isBehind, type SealedStore } from "@/lib/secrets/reseal";

type Place = { accountId: string; orderId: string };

/** A private key (PKCS#8) as columns of its order. */
export function sealKey(privateKeyPem: string, place: Place): { keyBox: string; keyKeyId: string } {
  const pkcs8 = createPrivateKey(privateKeyPem).export({ type: "pkcs8", format: "der" });
  try {
    const { box, keyId } = seal(pkcs8, placeOf(place));
    return { keyBox: box, keyKeyId: keyId };
  } finally {
    pkcs8.fill(0);
  }
}

/** The private key of an order; null where none was made here. @throws AppError "unavailable" when it cannot be decrypted */
export function openKey(
  { keyBox, keyKeyId }: { keyBox: string | null; keyKeyId: string | null },
  place: Place,
): OpenedKey | null {
  if (keyBox === null || keyKeyId === null) return null;
  const pkcs8 = unseal({ box: keyBox, keyId: keyKeyId }, placeOf(place));
  try {
    return openedKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }));
  } finally {
    pkcs8.fill(0);
  }
}

/** A key that was made here, in the form in which keys are kept with certificates. */
export function openedKey(key: KeyObject): OpenedKey {
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
  return { kind: "key", key, publicKeyHash: hash("sha256", publicKey) };
}

/** For the rotation of the encryption key. */
export const sealedOrderKeys: SealedStore = {
  title: "private keys of orders",
  read: async (tx, { after, limit, keyId }) => {
    const rows = await tx
      .select({ accountId: orders.accountId, id: orders.id, box: orders.keyBox, keyId: orders.keyKeyId })
      .from(orders)
      .where(
        and(
          ...[isNotNull(orders.keyKeyId), ne(orders.keyKeyId, keyId)],
          isBehind({ account: orders.accountId, id: orders.id }, after),
        ),
      )
      .orderBy(asc(orders.accountId), asc(orders.id))
      .limit(limit)
      .for("update");
    return rows.flatMap(({ box, keyId: sealedWith, ...row }) =>
      box === null || sealedWith === null ? [] : [{ ...row, box, keyId: sealedWith }],
    );
  },
  write: async (tx, { accountId, id }, { box, keyId }) => {
    const isRow = and(eq(orders.accountId, accountId), eq(orders.id, id));
    await tx.update(orders).set({ keyBox: box, keyKeyId: keyId }).where(isRow);
  },
  placeOf: ({ accountId, id }) => placeOf({ accountId, orderId: id }),
};

function placeOf({ accountId, orderId }: Place): string {
  return `orders.key:${accountId}/${orderId}`;
}
