import "server-only";
import { and, asc, gt, isNotNull, isNull, lte, or } from "drizzle-orm";
import type { Task } from "graphile-worker";
import { database } from "@/drizzle/client";
import { authorities } from "@/drizzle/schema/issuers";
import { dueBefore, signList } from "@/lib/issuers/lists";
import { log } from "@/lib/log";

const PAGE = 100;

/** The task of the job engine that keeps the lists of private CAs from running out. */
export function issuerTasks({ clock, signal }: { clock: () => Date; signal: AbortSignal }) {
  return { authorities_tick: () => renewLists(clock(), signal) } satisfies Record<string, Task>;
}

/** Signs every list again that holds for no longer than two days. One that fails keeps no other from it. */
async function renewLists(now: Date, signal: AbortSignal): Promise<void> {
  let after: string | null = null;
  do {
    const due: { accountId: string; id: string }[] = await listDue(now, after);
    for (const authority of due) {
      if (signal.aborted) return;
      try {
        await database().transaction((tx) => signList(tx, authority, { now, onlyIfDue: true }));
      } catch (error) {
        log.error({ err: error, authorityId: authority.id }, "the list of a private CA could not be signed again");
      }
    }
    after = due.length < PAGE ? null : (due.at(-1)?.id ?? null);
  } while (after !== null);
}

async function listDue(now: Date, after: string | null) {
  return await database()
    .select({ accountId: authorities.accountId, id: authorities.id })
    .from(authorities)
    .where(
      and(
        isNotNull(authorities.keyBox),
        or(isNull(authorities.crlNextUpdate), lte(authorities.crlNextUpdate, dueBefore(now))),
        after === null ? undefined : gt(authorities.id, after),
      ),
    )
    .orderBy(asc(authorities.id))
    .limit(PAGE);
}
