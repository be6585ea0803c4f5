import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { preparedStatement } from "@/drizzle/client";

const LOOK_EVERY_MS = 50;
/** So often in a row nobody else must be seen before they count as gone. */
const QUIET_LOOKS = 5;

const MARK = "/* a cleanup run */";
/** What the statements of runs begin with, by which sessions know each other in pg_stat_activity. */
export const RUN_MARK = sql.raw(MARK);

/**
 * Whether somebody else asks this database something right now, as a condition: people at the console, another server.
 * Runs and the frame of their transactions do not count, nor do other databases of the same server.
 */
export const othersAreServed: SQL = sql`exists (
  select from pg_stat_activity
  where datname = current_database() and state = 'active' and backend_type = 'client backend' and pid <> pg_backend_pid()
    and query not like ${sql.raw(`'${MARK}%'`)} and query not in ('begin', 'commit', 'rollback'))`;

const lookRow = z.tuple([z.object({ others: z.boolean() })]);

const ask = preparedStatement("others_are_served", sql`${RUN_MARK} select ${othersAreServed} as others`);

async function seesOthers(): Promise<boolean> {
  const [{ others }] = lookRow.parse(await ask({}));
  return others;
}

/**
 * By which all lanes of a run but one give way to others: `saw` is told of each look that is taken anyway, `untilQuiet`
 * waits as long as others keep being seen, or until the run is over.
 */
export function givingWay(look: () => Promise<boolean> = seesOthers) {
  let isSeen = false;
  return {
    saw: (others: boolean) => {
      isSeen ||= others;
    },
    untilQuiet: async (isOver: () => boolean) => {
      let quiet = isSeen ? 0 : QUIET_LOOKS;
      while (quiet < QUIET_LOOKS && !isOver()) {
        await sleep(LOOK_EVERY_MS);
        quiet = (await look()) ? 0 : quiet + 1;
      }
      isSeen = false;
    },
  };
}
