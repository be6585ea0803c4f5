import { z } from "zod";
import type { EndpointState } from "@/lib/deployments/rules";
import { newId } from "@/lib/ids";
import { sql } from "./database";
import { makePerson, signIn } from "./people";
import { succeed } from "./server-actions";
import type { Identity } from "./tls-peer";

type EndpointRow = { port: number; state: EndpointState; service?: string };

/** An endpoint of a certificate on this machine, as if a look seven hours ago had found it so; none is due before long. */
export async function addEndpointRow(
  accountId: string,
  certificateId: string,
  { port, state, service = "Shop" }: EndpointRow,
): Promise<string> {
  const id = newId();
  const served = state === "moved_on" ? "0".repeat(64) : null;
  await sql()`
    insert into deployments (account_id, id, certificate_id, service, resource, note, added_at, added_by_label, kind, host,
      port, protocol, state, state_since, checked_at, next_check_at, problem, served_fingerprint, served_chain)
    values (${accountId}, ${id}, ${certificateId}, ${service}, ${`127.0.0.1:${port}`}, '', now(), 'somebody@example.test',
      'endpoint', '127.0.0.1', ${port}, 'tls', ${state}, now() - interval '9 hours',
      ${state === "never_checked" ? null : new Date(Date.now() - 7 * 3_600_000)}, now() + interval '1 day',
      ${state === "unreachable" ? "Nothing listens there." : null}, ${served}, ${served})`;
  return id;
}

const uploaded = z.array(z.object({ certificates: z.tuple([z.object({ id: z.string() })]) }));

/** Puts the certificates of servers into an account; answers with their ids. */
export async function keepIdentities(accountId: string, identities: Identity[]): Promise<string[]> {
  const cookie = await signIn((await makePerson(accountId, "member", "uploader")).email);
  const form = new FormData();
  for (const { leaf } of identities) form.append("files", new File([leaf.pem], "certificate.pem"));
  const read = uploaded.parse(await succeed("lib/certificates/actions.ts#uploadCertificates", form, cookie));
  return read.map(({ certificates: [{ id }] }) => id);
}
