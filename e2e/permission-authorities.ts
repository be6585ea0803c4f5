import { createPrivateKey } from "node:crypto";
import { newId } from "@/lib/ids";
import { NO_CONSTRAINTS } from "@/lib/pki/constraints";
import { makeCrl } from "@/lib/pki/crl";
import { makeKey } from "@/lib/pki/keys";
import { makeRoot, signerOf } from "@/lib/pki/signing";
import { sql } from "./database";
import type { RouteRow } from "./permission-table";
import type { World } from "./world";

/** What private CAs publish, which everybody may ask. */
export const AUTHORITY_ROUTES: Record<string, RouteRow> = {
  "/pki/[authority]/crl": ofAuthority("crl"),
  "/pki/[authority]/crl.pem": ofAuthority("crl.pem"),
  "/pki/[authority]/cert": ofAuthority("cert"),
  "/pki/[authority]/cert.pem": ofAuthority("cert.pem"),
  "/pki/[authority]/ocsp/[[...request]]": ofAuthority("ocsp/MAA="),
};

function ofAuthority(what: string): RouteRow {
  return { may: "everybody", path: async (world) => `/pki/${await makeAuthority(world)}/${what}` };
}

/** A private CA with a list that holds. Its key is elsewhere, for all that anybody who only asks can tell. */
async function makeAuthority({ accountId }: World): Promise<string> {
  const now = new Date();
  const next = new Date(now.getTime() + 3 * 86_400_000);
  const key = createPrivateKey((await makeKey("ec_p256")).privateKeyPem);
  const subject = { commonName: "Asked CA" };
  const root = makeRoot({ subject, key, pathLength: 0, constraints: NO_CONSTRAINTS, now, notAfter: next });
  const signer = signerOf(root.der, key);
  const crl = makeCrl({ signer, number: 1, thisUpdate: now, nextUpdate: next, revoked: [] });
  const [issuerId, id] = [newId(), newId()];
  await sql()`insert into issuers (account_id, id, name, kind, added_at, added_by_label, renew_automatically, max_days)
    values (${accountId}, ${issuerId}, ${issuerId}, 'private_ca', ${now}, 'admin@example.test', false, 90)`;
  await sql()`insert into authorities (account_id, id, issuer_id, role, is_signing, certificate_pem, not_before, not_after,
      key_box, key_key_id, crl_number, crl, crl_this_update, crl_next_update)
    values (${accountId}, ${id}, ${issuerId}, 'root', false, ${root.pem}, ${root.notBefore}, ${root.notAfter},
      'sealed', 'elsewhere', 1, ${crl}, ${now}, ${next})`;
  return id;
}
