import { newId } from "@/lib/ids";
import { sql } from "./database";

/** A folder on the server, as if somebody else had added it. */
export async function addDestination(
  accountId: string,
  { name = `Folder ${newId().slice(-8)}`, folder = "web" }: { name?: string; folder?: string } = {},
): Promise<string> {
  const id = newId();
  await sql()`
    insert into destinations (account_id, id, name, created_at, kind, settings, added_by_label)
    values (${accountId}, ${id}, ${name}, now(), 'files', ${JSON.stringify({ folder, touch: "" })}::jsonb, 'somebody@example.test')`;
  return id;
}

type Copy = { state?: "active" | "failed" | "removing"; error?: string | null; hoursAgo?: number };

/** A copy that was pushed there some hours ago and is well unless told otherwise. Nothing is due within a day. */
export async function addCopy(
  accountId: string,
  { certificateId, destinationId }: { certificateId: string; destinationId: string },
  { state = "active", error = null, hoursAgo = 3 }: Copy = {},
): Promise<string> {
  const id = newId();
  const isActive = state === "active";
  await sql()`
    insert into syncs (account_id, id, certificate_id, destination_id, enabled, state, added_at, added_by_label, remote_id,
      pushed_fingerprint, pushed_at, checked_at, error, attempts, next_attempt_at, next_check_at)
    values (${accountId}, ${id}, ${certificateId}, ${destinationId}, true, ${state}, now() - interval '30 days',
      'somebody@example.test', 'web/copy', 'ab', now() - ${hoursAgo} * interval '1 hour',
      now() - ${hoursAgo} * interval '1 hour', ${error}, ${isActive ? 0 : 3},
      case when ${isActive} then null else now() + interval '1 day' end,
      case when ${isActive} then now() + interval '1 day' end)`;
  return id;
}
