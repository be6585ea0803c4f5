import "server-only";
import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { database, type Executor } from "@/drizzle/client";
import { AppError } from "@/lib/errors";
import { keyIdOf, type Sealed, seal, unseal } from "@/lib/secrets/encrypt";
import { type KeyRing, keyRing } from "@/lib/secrets/keys";

type RowPlace = { accountId: string; id: string };
type SealedRow = RowPlace & Sealed;

/** A table with one secret a row. Whoever seals keeps one of these beside it, so that the key can be changed. */
export type SealedStore = {
  /** For people: "private keys". */
  title: string;
  /** Rows of which another key than `keyId` sealed the secret, held for the transaction, in the order of account and id. */
  read: (tx: Executor, range: { after: RowPlace | null; limit: number; keyId: string }) => Promise<SealedRow[]>;
  write: (tx: Executor, row: RowPlace, sealed: Sealed) => Promise<void>;
  placeOf: (row: RowPlace) => string;
};

export type Resealed = { title: string; resealed: number /** No key of the ring opens them. */; unreadable: number };

const BATCH = 200;

/**
 * Seals every secret of a store again that another key than the ring's first sealed. Each batch is a transaction, so it may
 * be broken off anywhere and called again; what cannot be opened is counted and stays as it is.
 */
export async function reseal(store: SealedStore, keys: KeyRing = keyRing()): Promise<Resealed> {
  const done: Resealed = { title: store.title, resealed: 0, unreadable: 0 };
  let after: RowPlace | null = null;
  for (;;) {
    const rows: SealedRow[] = await resealBatch(store, { after, keys }, done);
    after = rows.at(-1) ?? null;
    if (after === null) return done;
  }
}

async function resealBatch(
  store: SealedStore,
  { after, keys }: { after: RowPlace | null; keys: KeyRing },
  done: Resealed,
): Promise<SealedRow[]> {
  return await database().transaction(async (tx) => {
    const rows = await store.read(tx, { after, limit: BATCH, keyId: keyIdOf(keys[0]) });
    for (const row of rows) {
      const secret = open(row, store.placeOf(row), keys);
      if (secret === null) {
        done.unreadable += 1;
        continue;
      }
      await store.write(tx, row, seal(secret, store.placeOf(row), keys));
      secret.fill(0);
      done.resealed += 1;
    }
    return rows;
  });
}

function open(row: SealedRow, place: string, keys: KeyRing): Buffer | null {
  try {
    return unseal(row, place, keys);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** Where a row stands behind another in the order of account and id. */
export function isBehind(
  { account, id }: { account: PgColumn; id: PgColumn },
  after: RowPlace | null,
): SQL | undefined {
  return after === null ? undefined : sql`(${account}, ${id}) > (${after.accountId}::uuid, ${after.id}::uuid)`;
}
