import { newId } from "@/lib/ids";
import { sql } from "./database";

type ScanRow = { status: "queued" | "running" | "succeeded" | "stopped" | "failed"; hosts?: string[]; error?: string };

/** A scan of the account's admin that no server takes over: one that goes on was heard of a day from now. */
export async function addScan(accountId: string, { status, hosts = ["192.0.2.0/24"], error }: ScanRow) {
  const id = newId();
  const isOver = status !== "queued" && status !== "running";
  await sql()`
    insert into discovery_scans (account_id, id, status, hosts, ports, protocol, requested_at, requested_by_id,
      requested_by_label, started_at, heartbeat_at, finished_at, targets, done, added, already, unreadable, unreachable,
      forbidden, endpoints, error)
    select account_id, ${id}, ${status}, ${hosts}::text[], '{443,8443}', 'tls', now(), user_id, 'admin@example.test', now(),
      now() + interval '1 day', ${isOver ? new Date() : null}::timestamptz, 512, 312, 3, 2, 1, 304, 2, 4, ${error ?? null}::text
    from memberships where account_id = ${accountId} and role = 'admin' limit 1`;
  return id;
}

/** Makes room for another one: an account has one scan at a time. */
export async function endScans(accountId: string): Promise<void> {
  await sql()`update discovery_scans set status = 'stopped', finished_at = now()
    where account_id = ${accountId} and finished_at is null`;
}

type FindingRow = { kind: "added" | "already" | "unreadable" | "unreachable"; host: string; certificateId?: string };

/** What scans list, from number 0 on. */
export async function addFindings(accountId: string, scanId: string, findings: FindingRow[]): Promise<void> {
  for (const [number, { kind, host, certificateId }] of findings.entries()) {
    const problem = certificateId === undefined ? "Nothing listens there." : null;
    await sql()`
      insert into discovery_findings values (${accountId}, ${scanId}, ${number}, ${kind}, ${host}, 443,
        ${certificateId ?? null}::uuid, ${certificateId === undefined ? null : "www.example.test"}::text, ${kind === "added"}, ${problem}::text)`;
  }
}
