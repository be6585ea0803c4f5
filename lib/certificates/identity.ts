import "server-only";
import { and, eq, inArray, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { idArray } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";

export type Known = { id: string; name: string };

/** The SHA-256 fingerprints (lower-case hex) of certificates by their ids; those that are not there are left out. */
export async function fingerprintsOf(scope: Scope, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await database()
    .select({ id: certificates.id, fingerprint: certificates.fingerprint })
    .from(certificates)
    .where(and(eq(certificates.accountId, scope.accountId), sql`${certificates.id} = any(${idArray(ids)})`));
  return new Map(rows.map(({ id, fingerprint }) => [id, fingerprint]));
}

/** The certificates of the inventory with these fingerprints, by fingerprint: one look into an index for each. */
export async function findByFingerprint(scope: Scope, fingerprints: string[]): Promise<Map<string, Known>> {
  if (fingerprints.length === 0) return new Map();
  const rows = await database()
    .select({ id: certificates.id, name: certificates.name, fingerprint: certificates.fingerprint })
    .from(certificates)
    .where(and(eq(certificates.accountId, scope.accountId), inArray(certificates.fingerprint, fingerprints)));
  return new Map(rows.map(({ fingerprint, ...known }) => [fingerprint, known]));
}
