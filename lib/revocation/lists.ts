import "server-only";
import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, lt, lte, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { revocationDownloads, revocationLists } from "@/drizzle/schema/revocation";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import type { CertificateReading } from "@/lib/certificates/parse";
import { untilAborted } from "@/lib/network/vetted-wait";
import { type RevocationList, readCrl } from "@/lib/pki/verify-crl";
import { UNDATED_AGE_MS } from "@/lib/pki/verify-judgement";
import { type FetchOptions, fetchList } from "@/lib/revocation/fetch";
import { keepInMemory, takeFromMemory } from "@/lib/revocation/lists-memory";

/** A server that downloads a list and is not heard of for so long has died, and another one does it. */
const DOWNLOAD_LEASE_MS = 60_000;
const LOOK_AGAIN_MS = 500;

export type ListRequest = {
  url: string;
  issuer: CertificateReading;
  /** A list that was fetched longer ago is fetched anew, even if it says that it holds for longer. */
  maxAgeMs: number;
};
type Failed = { kind: "failed"; sentence: string };
type Place = { accountId: string; urlHash: string; issuerKeyHash: string };

/** What goes on in this process, so that those who want the same list wait for the same download. */
const going = new Map<string, Promise<RevocationList | Failed>>();

/**
 * A CA's list, verified with the issuer's key: the one that is kept, while it holds and is not too old, else a new one. Over
 * all servers one list is downloaded once at a time. Whether it holds is still to be judged.
 */
export async function obtainList(
  scope: Scope,
  request: ListRequest,
  options: FetchOptions,
): Promise<RevocationList | Failed> {
  const urlHash = createHash("sha256").update(request.url).digest("hex");
  const place = { accountId: scope.accountId, urlHash, issuerKeyHash: request.issuer.parsed.publicKeyHash };
  const key = `${place.accountId} ${urlHash} ${place.issuerKeyHash} ${request.maxAgeMs}`;
  // Whoever gives up waiting leaves it to the others.
  const shared = { ...options, signal: AbortSignal.timeout(DOWNLOAD_LEASE_MS) };
  const work = going.get(key) ?? obtain(place, request, shared).finally(() => going.delete(key));
  going.set(key, work);
  return untilAborted(work, options.signal);
}

async function obtain(place: Place, request: ListRequest, options: FetchOptions): Promise<RevocationList | Failed> {
  const oldest = new Date(options.now.getTime() - request.maxAgeMs);
  const patience = Date.now() + DOWNLOAD_LEASE_MS;
  for (;;) {
    const kept = await readKept(place, request, { now: options.now, oldest });
    if (kept !== null) return kept;
    const claim = await claimDownload(place);
    if (claim !== null) {
      try {
        return await download(place, request, options);
      } finally {
        await database()
          .delete(revocationDownloads)
          .where(and(isAt(revocationDownloads, place), eq(revocationDownloads.claim, claim)));
      }
    }
    if (Date.now() > patience)
      return { kind: "failed", sentence: "Another server is downloading it and has not finished." };
    await sleep(LOOK_AGAIN_MS, undefined, { signal: options.signal });
  }
}

function isAt(table: typeof revocationLists | typeof revocationDownloads, place: Place) {
  return and(
    eq(table.accountId, place.accountId),
    eq(table.urlHash, place.urlHash),
    eq(table.issuerKeyHash, place.issuerKeyHash),
  );
}

/** By the database's clock, which all servers share. Null when another one is at it. */
async function claimDownload(place: Place): Promise<string | null> {
  const claim = randomUUID();
  const leaseUntil = sql`now() + ${`${DOWNLOAD_LEASE_MS} milliseconds`}::interval`;
  const [taken] = await database()
    .insert(revocationDownloads)
    .values({ ...place, claim, leaseUntil })
    .onConflictDoUpdate({
      target: [revocationDownloads.accountId, revocationDownloads.urlHash, revocationDownloads.issuerKeyHash],
      set: { claim, leaseUntil },
      setWhere: lte(revocationDownloads.leaseUntil, sql`now()`),
    })
    .returning({ claim: revocationDownloads.claim });
  return taken === undefined ? null : claim;
}

type Since = { now: Date; oldest: Date };

async function readKept(place: Place, { issuer }: ListRequest, { now, oldest }: Since): Promise<RevocationList | null> {
  const isFresh = and(
    isAt(revocationLists, place),
    sql`${revocationLists.nextUpdate} >= ${at(now)}`,
    sql`${revocationLists.fetchedAt} > ${at(oldest)}`,
  );
  const [dates] = await database()
    .select({ fetchedAt: revocationLists.fetchedAt })
    .from(revocationLists)
    .where(isFresh);
  if (dates === undefined) return null;
  const remembered = takeFromMemory(memoryKey(place), dates.fetchedAt);
  if (remembered !== null) return remembered;
  const [row] = await database()
    .select({ der: revocationLists.der, fetchedAt: revocationLists.fetchedAt })
    .from(revocationLists)
    .where(isFresh);
  if (row === undefined) return null;
  const list = await readCrl(row.der, issuer);
  if (list.kind === "refused") return null;
  keepInMemory(memoryKey(place), { list, fetchedAt: row.fetchedAt });
  return list;
}

function memoryKey({ accountId, urlHash, issuerKeyHash }: Place): string {
  return `${accountId} ${urlHash} ${issuerKeyHash}`;
}

async function download(place: Place, request: ListRequest, options: FetchOptions): Promise<RevocationList | Failed> {
  const fetched = await fetchList(request.url, options);
  if (fetched.kind === "failed") return fetched;
  const list = await readCrl(fetched.body, request.issuer);
  if (list.kind === "refused") return { kind: "failed", sentence: list.sentence };
  const fetchedAt = options.now;
  const { thisUpdate } = list;
  const nextUpdate = list.nextUpdate ?? new Date(thisUpdate.getTime() + UNDATED_AGE_MS);
  // One that does not hold is told to whoever asked, and kept for nobody.
  if (nextUpdate < options.now) return list;
  const row = { url: request.url, der: list.der, thisUpdate, nextUpdate, fetchedAt };
  const isKept = await database()
    .insert(revocationLists)
    .values({ ...place, ...row })
    .onConflictDoUpdate({
      target: [revocationLists.accountId, revocationLists.urlHash, revocationLists.issuerKeyHash],
      set: row,
      // An older list, from a slow mirror or from somebody on the way, takes nothing back.
      setWhere: lte(revocationLists.thisUpdate, thisUpdate),
    })
    .returning({ urlHash: revocationLists.urlHash });
  if (isKept.length > 0) {
    keepInMemory(memoryKey(place), { list, fetchedAt });
    return list;
  }
  await database().update(revocationLists).set({ fetchedAt }).where(isAt(revocationLists, place));
  return (await readKept(place, request, { now: options.now, oldest: new Date(0) })) ?? list;
}

/** Forgets lists that do not hold any more. */
export async function forgetLists(now: Date): Promise<void> {
  await database().delete(revocationLists).where(lt(revocationLists.nextUpdate, now));
}
