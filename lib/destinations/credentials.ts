import "server-only";
import { and, asc, eq, isNotNull, ne } from "drizzle-orm";
import { z } from "zod";
import { destinations } from "@/drizzle/schema/use";
import { seal, unseal } from "@/lib/secrets/encrypt";
import { isBehind, type SealedStore } from "@/lib/secrets/reseal";

/** The secret fields of a destination by their names, "" for what was left empty. */
export type Credentials = Record<string, string>;

/** As columns of its row; null where there is nothing to seal. */
export function sealCredentials(destinationId: string, credentials: Credentials) {
  if (Object.values(credentials).every((secret) => secret === "")) {
    return { credentialsBox: null, credentialsKeyId: null };
  }
  const bytes = Buffer.from(JSON.stringify(credentials));
  try {
    const { box, keyId } = seal(bytes, placeOf(destinationId));
    return { credentialsBox: box, credentialsKeyId: keyId };
  } finally {
    bytes.fill(0);
  }
}

type SealedColumns = { credentialsBox: string | null; credentialsKeyId: string | null };

/** @throws AppError "unavailable" when they cannot be decrypted */
export function openCredentials(destinationId: string, sealed: SealedColumns): Credentials {
  const { credentialsBox: box, credentialsKeyId: keyId } = sealed;
  if (box === null || keyId === null) return {};
  const bytes = unseal({ box, keyId }, placeOf(destinationId));
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(bytes.toString()));
  } finally {
    bytes.fill(0);
  }
}

/** For the rotation of the encryption key. */
export const sealedCredentials: SealedStore = {
  title: "credentials of destinations",
  read: async (tx, { after, limit, keyId }) => {
    const rows = await tx
      .select({
        accountId: destinations.accountId,
        id: destinations.id,
        box: destinations.credentialsBox,
        keyId: destinations.credentialsKeyId,
      })
      .from(destinations)
      .where(
        and(
          isNotNull(destinations.credentialsKeyId),
          ne(destinations.credentialsKeyId, keyId),
          isBehind({ account: destinations.accountId, id: destinations.id }, after),
        ),
      )
      .orderBy(asc(destinations.accountId), asc(destinations.id))
      .limit(limit)
      .for("update");
    return rows.flatMap(({ box, keyId: sealedWith, ...row }) =>
      box === null || sealedWith === null ? [] : [{ ...row, box, keyId: sealedWith }],
    );
  },
  write: async (tx, { accountId, id }, { box, keyId }) => {
    const isRow = and(eq(destinations.accountId, accountId), eq(destinations.id, id));
    await tx.update(destinations).set({ credentialsBox: box, credentialsKeyId: keyId }).where(isRow);
  },
  placeOf: ({ id }) => placeOf(id),
};

function placeOf(destinationId: string): string {
  return `destinations.credentials:${destinationId}`;
}
