import { z } from "zod";
import { generateCertificate } from "@/lib/certificates/generate";
import { DAY_MS } from "@/lib/certificates/rules";
import { newId } from "@/lib/ids";
import { sql } from "./database";
import { makePerson, signIn } from "./people";
import { succeed } from "./server-actions";

/** A certificate to put into an account: uploaded and valid for a hundred days more unless said otherwise. */
export type Order = {
  name: string;
  /** Days from now; negative is past. */
  expiresIn?: number;
  startsIn?: number;
  revoked?: boolean;
  issued?: boolean;
  dnsNames?: string[];
};

export type Added = { id: string; name: string; pem: string; fingerprint: string };

const outcomes = z.array(
  z.object({ kind: z.literal("read"), certificates: z.array(z.object({ id: z.string(), name: z.string() })) }),
);

export async function makeCertificate({ name, expiresIn = 100, startsIn, dnsNames }: Order) {
  const notAfter = new Date(Date.now() + expiresIn * DAY_MS);
  const notBefore = new Date(Date.now() + (startsIn ?? Math.min(expiresIn, 0) - 90) * DAY_MS);
  return generateCertificate({ subjectCommonName: name, notBefore, notAfter, ...(dnsNames ? { dnsNames } : {}) });
}

/** Puts certificates into an account, in their order, through the upload's own action. */
export async function addCertificates(accountId: string, orders: Order[]): Promise<Added[]> {
  const cookie = await signIn((await makePerson(accountId, "member", "uploader")).email);
  const added: Added[] = [];
  for (let from = 0; from < orders.length; from += 50) {
    const batch = orders.slice(from, from + 50);
    const made = await Promise.all(batch.map(makeCertificate));
    const form = new FormData();
    for (const { pem } of made) form.append("files", new File([pem], "certificate.pem"));
    const read = outcomes.parse(await succeed("lib/certificates/actions.ts#uploadCertificates", form, cookie));
    for (const [position, outcome] of read.entries()) {
      const [certificate] = outcome.certificates;
      const pem = made[position]?.pem ?? "";
      if (certificate !== undefined)
        added.push({ ...certificate, pem, fingerprint: await fingerprintOf(certificate.id) });
    }
  }
  for (const [position, order] of orders.entries()) {
    const id = added[position]?.id ?? "";
    if (order.issued) await sql()`update certificates set source = 'issued' where id = ${id}`;
    if (order.revoked) await sql()`update certificates set revoked_at = now() - interval '3 days' where id = ${id}`;
  }
  return added;
}

/** One certificate; see addCertificates. */
export async function addCertificate(accountId: string, order: Order): Promise<Added> {
  const [added] = await addCertificates(accountId, [order]);
  if (added === undefined) throw new Error("nothing was added");
  return added;
}

/** Many copies of one certificate, each with a fingerprint of its own, named "NAME-1" and so on. */
export async function addCopies(accountId: string, order: Order & { amount: number }): Promise<void> {
  const { amount, ...one } = order;
  const { id } = await addCertificate(accountId, { ...one, name: `original-of-${one.name}` });
  await sql()`
    with copies as (select number, gen_random_uuid() as id from generate_series(1, ${amount - 1}::int) number),
    contents as (
      insert into certificate_contents (account_id, id, pem, chain_pems, details, issuer_label, other_names,
        other_name_count, search)
      select account_id, copies.id, pem, chain_pems, details, issuer_label, other_names, other_name_count, search
      from certificate_contents original, copies where original.account_id = ${accountId} and original.id = ${id}
    )
    insert into certificates (account_id, id, name, fingerprint, source, not_before, not_after, revoked_at, added_at,
      added_by_label)
    select account_id, copies.id, ${one.name} || '-' || number, encode(sha256(copies.id::text::bytea), 'hex'), source,
      not_before, not_after, revoked_at, added_at, added_by_label
    from certificates original, copies where original.account_id = ${accountId} and original.id = ${id}`;
}

async function fingerprintOf(id: string): Promise<string> {
  const [row] = await sql()<{ fingerprint: string }[]>`select fingerprint from certificates where id = ${id}`;
  return row?.fingerprint ?? "";
}

/** A service that uses a certificate, as if somebody else had noted it. */
export async function addDeployment(
  accountId: string,
  certificateId: string,
  service = "Load balancer",
): Promise<string> {
  const id = newId();
  await sql()`
    insert into deployments (account_id, id, certificate_id, service, resource, note, added_at, added_by_label)
    values (${accountId}, ${id}, ${certificateId}, ${service}, 'lb.example.test:443', '', now(), 'somebody@example.test')`;
  return id;
}

/** An active sync to a destination of this name. */
export async function addSync(accountId: string, certificateId: string, destination: string): Promise<void> {
  const destinationId = newId();
  await sql()`
    insert into destinations (account_id, id, name, created_at)
    values (${accountId}, ${destinationId}, ${destination}, now())`;
  await sql()`
    insert into syncs (account_id, id, certificate_id, destination_id, enabled, state, added_at)
    values (${accountId}, ${newId()}, ${certificateId}, ${destinationId}, true, 'active', now())`;
}
