import { KeyObject } from "node:crypto";
import { z } from "zod";
import { newId } from "@/lib/ids";
import { sql } from "./database";
import { addCopy, addDestination } from "./destinations";
import { addCertificate, makeCertificate } from "./inventory";
import { makePerson, signIn } from "./people";
import { succeed } from "./server-actions";
import type { World } from "./world";

const invitationMade = z.object({ link: z.url() });

export async function makeInvitation({ accountId, admin }: World): Promise<{ id: string; token: string }> {
  const email = `${newId()}@example.test`;
  const input = { email, role: "viewer" };
  const { link } = invitationMade.parse(await succeed("lib/accounts/actions.ts#inviteMember", input, admin));
  const [row] = await sql()<{ id: string }[]>`
    select id from invitations where account_id = ${accountId} and email = ${email}`;
  return { id: row?.id ?? "", token: link.split("/").at(-1) ?? "" };
}

export async function makeDisabled(accountId: string): Promise<string> {
  const { id } = await makePerson(accountId, "viewer", "other");
  await sql()`update memberships set disabled_at = now() where user_id = ${id}`;
  return id;
}

export async function makeExpired(accountId: string): Promise<string> {
  const { id } = await addCertificate(accountId, { name: `expired-${newId()}.example.test`, expiresIn: -40 });
  return id;
}

const uploaded = z.tuple([z.object({ certificates: z.tuple([z.object({ id: z.string() })]) })]);

/** A certificate that was uploaded without its private key, and the key. */
export async function makeKeyOf(accountId: string) {
  const { pem, privateKey } = await makeCertificate({ name: `keyless-${newId()}.example.test` });
  const form = new FormData();
  form.append("files", new File([pem], "certificate.pem"));
  const cookie = await signIn((await makePerson(accountId, "member", "uploader")).email);
  const [{ certificates }] = uploaded.parse(
    await succeed("lib/certificates/actions.ts#uploadCertificates", form, cookie),
  );
  const [{ id: certificateId }] = certificates;
  const key = KeyObject.from(privateKey).export({ type: "pkcs8", format: "pem" }).toString();
  return { certificateId, privateKey: key, password: "" };
}

export function deploymentOf(certificateId: string) {
  return { certificateId, service: `Service ${newId()}`, resource: "host.example.test:443", note: "" };
}

/** The server of these tests contacts nothing on its own machine, so the first look is over at once. */
export function endpointOf(certificateId: string) {
  const target = { host: "127.0.0.1", port: 443, serverName: "", protocol: "tls" };
  return { certificateId, service: `Service ${newId()}`, note: "", ...target };
}

/** An endpoint of the certificate that was seen to serve another one. */
export async function addMovedOn(accountId: string, certificateId: string): Promise<string> {
  const id = newId();
  const { pem } = await makeCertificate({ name: `served-${id}.example.test` });
  await sql()`
    insert into deployments (account_id, id, certificate_id, service, resource, note, added_at, added_by_label, kind, host,
      port, protocol, state, state_since, checked_at, next_check_at, served_fingerprint, served_chain)
    values (${accountId}, ${id}, ${certificateId}, 'Shop', ${`${id}.example.test:443`}, '', now(), 'somebody@example.test',
      'endpoint', '127.0.0.1', 443, 'tls', 'moved_on', now(), now(), now() + interval '6 hours',
      ${"0".repeat(64)}, ${pem})`;
  return id;
}

export async function makeSync(accountId: string): Promise<{ certificateId: string; syncId: string }> {
  const certificateId = await makeExpired(accountId);
  const destinationId = await addDestination(accountId);
  return { certificateId, syncId: await addCopy(accountId, { certificateId, destinationId }) };
}

export async function settingsSavedAt(accountId: string): Promise<string | null> {
  const [row] = await sql()<{ updated_at: Date }[]>`
    select updated_at from cleanup_settings where account_id = ${accountId}`;
  return row?.updated_at.toISOString() ?? null;
}

/** At most one run of an account is running, so the one before ends. Its heart beats on, so no server ends it meanwhile. */
export async function makeRunningRun(accountId: string): Promise<string> {
  const id = newId();
  await sql()`
    update cleanup_runs set status = 'stopped', finished_at = now() where account_id = ${accountId} and status = 'running'`;
  await sql()`
    insert into cleanup_runs (account_id, id, trigger, started_by_label, retention_days, skip_synced, cutoff, status,
      started_at, heartbeat_at)
    values (${accountId}, ${id}, 'person', 'somebody@example.test', 30, true, now(), 'running', now(), now() + interval '1 day')`;
  return id;
}

export async function makeHeldRun(accountId: string): Promise<string> {
  const id = newId();
  await sql()`
    insert into cleanup_runs (account_id, id, trigger, started_by_label, retention_days, skip_synced, cutoff, status,
      started_at, heartbeat_at, finished_at, held_removable, held_inventory)
    values (${accountId}, ${id}, 'person', 'somebody@example.test', 30, true, now(), 'held', now(), now(), now(), 200, 300)`;
  return id;
}

/** One that is to be done, or one in which a certificate failed. Asked for tomorrow, so no server begins with it meanwhile. */
export async function makeBulk({ accountId }: World, status: "queued" | "succeeded_with_errors"): Promise<string> {
  const id = newId();
  const certificateId = await makeExpired(accountId);
  const failed = status === "queued" ? 0 : 1;
  await sql()`
    insert into bulk_deletions (account_id, id, status, selection, requested_at, requested_by_id, requested_by_label,
      chunks, total, failed, finished_at)
    select account_id, ${id}, ${status}, '{"kind":"chosen"}', now() + interval '1 day', user_id, 'admin@example.test', 1, 1,
      ${failed}::int, ${failed === 0 ? null : new Date()}::timestamptz
    from memberships where account_id = ${accountId} and role = 'admin' limit 1`;
  await sql()`insert into bulk_deletion_chunks values (${accountId}, ${id}, 0, ${[certificateId]})`;
  if (failed > 0) {
    await sql()`insert into bulk_deletion_skips values (${accountId}, ${id}, 'failed', ${certificateId}, 'refused', 'held')`;
  }
  return id;
}

export async function makeRemoval({ accountId, admin }: World): Promise<string> {
  const id = await makeExpired(accountId);
  await succeed("lib/removal/actions.ts#deleteCertificate", { id }, admin);
  return id;
}
