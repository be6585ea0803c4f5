import "server-only";
import type { KeyObject } from "node:crypto";
import { and, asc, eq, isNotNull, ne } from "drizzle-orm";
import { authorities } from "@/drizzle/schema/issuers";
import { env } from "@/lib/env";
import type { PublishedAt } from "@/lib/pki/fields";
import { keyOctets, openKey } from "@/lib/pki/keys";
import { seal, unseal } from "@/lib/secrets/encrypt";
import { isBehind, type SealedStore } from "@/lib/secrets/reseal";

/** An authority among all accounts. */
export type AuthorityKey = { accountId: string; id: string };

/** The private key as it may lie in the row. */
export function sealAuthorityKey(key: KeyObject, place: AuthorityKey): { keyBox: string; keyKeyId: string } {
  const octets = keyOctets(key);
  try {
    const { box, keyId } = seal(octets, placeOf(place));
    return { keyBox: box, keyKeyId: keyId };
  } finally {
    octets.fill(0);
  }
}

/** @throws AppError "unavailable" when it cannot be decrypted */
export function openAuthorityKey(row: AuthorityKey & { keyBox: string | null; keyKeyId: string | null }): KeyObject {
  if (row.keyBox === null || row.keyKeyId === null) throw new Error("the key of this authority is kept elsewhere");
  const octets = unseal({ box: row.keyBox, keyId: row.keyKeyId }, placeOf(row));
  try {
    return openKey(octets);
  } finally {
    octets.fill(0);
  }
}

/** Where everybody finds what an authority publishes, also in the certificates that it signs. */
export function publishedAt(authorityId: string): PublishedAt {
  const { CERTSWEEP_PKI_URL, CERTSWEEP_URL } = env();
  const base = `${(CERTSWEEP_PKI_URL ?? CERTSWEEP_URL).replace(/\/+$/, "")}/pki/${authorityId}`;
  return { crlUrl: `${base}/crl`, ocspUrl: `${base}/ocsp`, issuerUrl: `${base}/cert` };
}

/** For the rotation of the encryption key. */
export const sealedAuthorityKeys: SealedStore = {
  title: "keys of private CAs",
  read: async (tx, { after, limit, keyId }) => {
    const rows = await tx
      .select({
        accountId: authorities.accountId,
        id: authorities.id,
        box: authorities.keyBox,
        keyId: authorities.keyKeyId,
      })
      .from(authorities)
      .where(
        and(
          isNotNull(authorities.keyBox),
          ne(authorities.keyKeyId, keyId),
          isBehind({ account: authorities.accountId, id: authorities.id }, after),
        ),
      )
      .orderBy(asc(authorities.accountId), asc(authorities.id))
      .limit(limit)
      .for("update");
    return rows.flatMap(({ box, keyId: sealedWith, ...row }) =>
      box === null || sealedWith === null ? [] : [{ ...row, box, keyId: sealedWith }],
    );
  },
  write: async (tx, { accountId, id }, { box, keyId }) => {
    const isRow = and(eq(authorities.accountId, accountId), eq(authorities.id, id));
    await tx.update(authorities).set({ keyBox: box, keyKeyId: keyId }).where(isRow);
  },
  placeOf,
};

function placeOf({ accountId, id }: AuthorityKey): string {
  return `authorities.key_box:${accountId}/${id}`;
}
