import { z } from "zod";
import { newId } from "@/lib/ids";
import type { OrderState } from "@/lib/orders/rules";
import type { Authorization } from "@/lib/orders/schema";
import { sql } from "./database";
import type { Cookie } from "./people";
import { succeed } from "./server-actions";

/** An ACME issuer with an account at a server that there is not. Nothing is asked of it by itself. */
export async function addAcmeIssuer(
  accountId: string,
  { name = "Example ACME" }: { name?: string } = {},
): Promise<string> {
  const id = newId();
  await sql()`
    insert into issuers (account_id, id, name, kind, added_at, added_by_label, renew_automatically, directory_url, contact,
      account_url, account_box, account_key_id, challenge)
    values (${accountId}, ${id}, ${name}, 'acme', now() - interval '40 days', 'somebody@example.test', true,
      'https://acme.example.test/directory', 'pki@example.test', 'https://acme.example.test/account/1', 'none', 'none',
      'http-01')`;
  return id;
}

type Order = {
  names?: string[];
  problem?: string | null;
  authorizations?: readonly Partial<Authorization>[];
  minutesAgo?: number;
};

/** An order of an issuer in a state; no server goes on with it for a day. */
export async function addOrder(
  accountId: string,
  { issuerId, state }: { issuerId: string; state: OrderState },
  {
    names = ["www.example.test"],
    problem = state === "failed" ? "Nothing answered." : null,
    authorizations = [],
    minutesAgo = 5,
  }: Order = {},
): Promise<string> {
  const id = newId();
  const hasEnded = state === "issued" || state === "failed" || state === "canceled";
  const waits = !hasEnded && state !== "waiting_for_dns";
  const at = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  const steps = [{ at, text: "The order was placed." }, ...(hasEnded ? [{ at, text: `It ended: ${state}.` }] : [])];
  const seen = authorizations.map((each) => ({
    ...{ name: names[0], status: "pending", url: "https://acme.example.test/authz/1" },
    ...{ txtName: null, txtValue: null, problem: null, ...each },
  }));
  await sql()`
    insert into orders (account_id, id, issuer_id, kind, names, key_algorithm, challenge, state, steps, authorizations,
      problem, next_attempt_at, requested_at, requested_by_label, ended_at, certificate_id)
    values (${accountId}, ${id}, ${issuerId}, 'issue', ${names}, 'ec_p256',
      ${state === "waiting_for_dns" ? "dns-01" : "http-01"}, ${state}, ${JSON.stringify(steps)}::jsonb,
      ${JSON.stringify(seen)}::jsonb, ${problem}, ${waits ? new Date(Date.now() + 86_400_000) : null}, ${at},
      'somebody@example.test', ${hasEnded ? at : null}, ${state === "issued" ? newId() : null})`;
  return id;
}

/** What a CA is to be told at /.well-known/acme-challenge/{token}; answers with the token. */
export async function addChallenge(accountId: string): Promise<string> {
  const issuerId = await addAcmeIssuer(accountId, { name: `ACME ${newId()}` });
  const orderId = await addOrder(accountId, { issuerId, state: "waiting_for_dns" });
  const token = newId();
  await sql()`
    insert into acme_challenges (token, account_id, order_id, key_authorization, expires_at)
    values (${token}, ${accountId}, ${orderId}, ${`${token}.key`}, now() + interval '1 day')`;
  return token;
}

/** What a product admin types for a private CA that issues for 90 days. */
export function newPrivateCa(given: { name?: string; permitted?: string } = {}) {
  return {
    ...{ name: `CA ${newId()}`, organisation: "", keyAlgorithm: "ec_p256", rootYears: "10", intermediateYears: "5" },
    ...{ maxDays: "90", permitted: "", excluded: "", renewAutomatically: false, ...given },
  };
}

const made = z.object({ issuerId: z.uuid() });

/** A private CA of the account of this product admin; answers with the issuer's id. */
export async function addPrivateCa(admin: Cookie, given: { name?: string; permitted?: string } = {}): Promise<string> {
  const value = await succeed("lib/issuers/actions.ts#addPrivateIssuerAction", newPrivateCa(given), admin);
  return made.parse(value).issuerId;
}
