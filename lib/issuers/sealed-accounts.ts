import "server-only";
import { and, asc, eq, isNotNull, ne } from "drizzle-orm";
import { z } from "zod";
import { issuers } from "@/drizzle/schema/issuers";
import type { AccountBinding } from "@/lib/acme/transport";
import { type Sealed, seal, unseal } from "@/lib/secrets/encrypt";
import { isBehind, type SealedStore } from "@/lib/secrets/reseal";

/** The account's key (PKCS#8 PEM), and the external binding that it was registered with. */
export type AccountSecrets = { accountKey: string; eab: AccountBinding | null };

const secrets = z.object({
  accountKey: z.string(),
  eab: z.object({ kid: z.string(), hmacKey: z.string() }).nullable(),
});

/** As columns of the issuer's row. */
export function sealAccount(issuerId: string, account: AccountSecrets): { accountBox: string; accountKeyId: string } {
  const bytes = Buffer.from(JSON.stringify(account));
  try {
    const { box, keyId } = seal(bytes, placeOf(issuerId));
    return { accountBox: box, accountKeyId: keyId };
  } finally {
    bytes.fill(0);
  }
}

/** @throws AppError "unavailable" when they cannot be decrypted */
export function openSecrets(issuerId: string, sealed: Sealed): AccountSecrets {
  const bytes = unseal(sealed, placeOf(issuerId));
  try {
    return secrets.parse(JSON.parse(bytes.toString()));
  } finally {
    bytes.fill(0);
  }
}

/** For the rotation of the encryption key. */
export const sealedAccounts: SealedStore = {
  title: "accounts at ACME servers",
  read: async (tx, { after, limit, keyId }) => {
    const rows = await tx
      .select({ accountId: issuers.accountId, id: issuers.id, box: issuers.accountBox, keyId: issuers.accountKeyId })
      .from(issuers)
      .where(
        and(
          ...[isNotNull(issuers.accountKeyId), ne(issuers.accountKeyId, keyId)],
          isBehind({ account: issuers.accountId, id: issuers.id }, after),
        ),
      )
      .orderBy(asc(issuers.accountId), asc(issuers.id))
      .limit(limit)
      .for("update");
    return rows.flatMap(({ box, keyId: sealedWith, ...row }) =>
      box === null || sealedWith === null ? [] : [{ ...row, box, keyId: sealedWith }],
    );
  },
  write: async (tx, { accountId, id }, { box, keyId }) => {
    const isRow = and(eq(issuers.accountId, accountId), eq(issuers.id, id));
    await tx.update(issuers).set({ accountBox: box, accountKeyId: keyId }).where(isRow);
  },
  placeOf: ({ id }) => placeOf(id),
};

function placeOf(issuerId: string): string {
  return `issuers.account:${issuerId}`;
}
