import { newId } from "@/lib/ids";
import { sql } from "./database";

/** A webhook as if somebody else had added it. Its secret opens with no key, so nothing is ever sent to it. */
export async function addWebhook(
  accountId: string,
  { url = `https://hooks.example.test/${newId()}`, enabled = true }: { url?: string; enabled?: boolean } = {},
): Promise<string> {
  const id = newId();
  await sql()`
    insert into webhooks (account_id, id, url, enabled, secret_box, secret_key_id, added_at, added_by_label)
    values (${accountId}, ${id}, ${url}, ${enabled}, '', '', now(), 'somebody@example.test')`;
  return id;
}

type Delivery = { event?: string; status?: "pending" | "delivered" | "failed"; problems?: (string | null)[] };

/** A delivery that failed, unless told otherwise, after an attempt for each of the problems. */
export async function addDelivery(accountId: string, webhookId: string, delivery: Delivery): Promise<string> {
  const { event = "test", status = "failed", problems = ["It answered 500."] } = delivery;
  const id = newId();
  const runId = event === "test" ? null : newId();
  await sql()`
    insert into webhook_deliveries (account_id, id, webhook_id, event, run_id, body, status, attempts, attempts_left,
      next_attempt_at, created_at)
    values (${accountId}, ${id}, ${webhookId}, ${event}, ${runId}, '{}', ${status}, ${problems.length}, 0,
      ${status === "pending" ? new Date(Date.now() + 3_600_000) : null}::timestamptz, now() - interval '1 day')`;
  for (const [index, problem] of problems.entries()) {
    await sql()`
      insert into webhook_attempts (account_id, delivery_id, number, at, http_status, problem, milliseconds)
      values (${accountId}, ${id}, ${index + 1}, now() - interval '1 day', ${problem === null ? 204 : null}::int, ${problem}, 210)`;
  }
  return id;
}
