import { z } from "zod";
import { AUTHORITY_ROLES, CHALLENGES, ISSUER_KINDS } from "@/lib/issuers/rules";
import type { AuthorityView, IssuerView } from "@/lib/issuers/schema";
import { moment } from "./certificate-view";

export const listedIssuer = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: z.enum(ISSUER_KINDS),
    retired_at: moment.nullable().meta({ description: "Null while it is in use." }),
    max_days: z.int().nullable().meta({ description: "The longest validity; null where the CA decides." }),
    challenge: z.enum(CHALLENGES).nullable().meta({ description: "The one that is taken where an order names none." }),
    ca_not_after: moment.nullable().meta({ description: "Of the authority that issues; null where it is not known." }),
    renews_automatically: z.boolean(),
  })
  .meta({ id: "ListedIssuer" });

export function listedIssuerOf(issuer: IssuerView): z.input<typeof listedIssuer> {
  return {
    ...{ id: issuer.id, name: issuer.name, kind: issuer.kind },
    retired_at: issuer.retiredAt?.toISOString() ?? null,
    max_days: issuer.maxDays,
    challenge: issuer.acme?.challenge ?? null,
    ca_not_after: issuer.caNotAfter?.toISOString() ?? null,
    renews_automatically: issuer.renewAutomatically,
  };
}

const authority = z
  .object({
    id: z.uuid().meta({ description: "It stands in the public addresses." }),
    role: z.enum(AUTHORITY_ROLES),
    is_signing: z.boolean().meta({ description: "It issues the certificates." }),
    subject: z.string(),
    not_before: moment,
    not_after: moment,
    has_key: z.boolean(),
    certificate_url: z.string().meta({ description: "Public, as are the next two." }),
    crl_url: z.string(),
    ocsp_url: z.string(),
    crl: z.object({ number: z.int(), this_update: moment, next_update: moment }).nullable(),
  })
  .meta({ id: "Authority" });

export const issuer = listedIssuer
  .extend({
    directory_url: z.string().nullable().meta({ description: "Of an ACME server." }),
    authorities: z.array(authority).meta({ description: "Of a private CA, the root first." }),
  })
  .meta({ id: "Issuer" });

export function issuerOf(view: IssuerView, authorities: readonly AuthorityView[]): z.input<typeof issuer> {
  return {
    ...listedIssuerOf(view),
    directory_url: view.acme?.directoryUrl ?? null,
    authorities: authorities.map(({ crl, ...each }) => ({
      ...{ id: each.id, role: each.role, is_signing: each.isSigning, subject: each.subject, has_key: each.hasKey },
      certificate_url: each.published.issuerUrl,
      ...{ crl_url: each.published.crlUrl, ocsp_url: each.published.ocspUrl },
      not_before: each.notBefore.toISOString(),
      not_after: each.notAfter.toISOString(),
      crl:
        crl === null
          ? null
          : {
              number: crl.number,
              this_update: crl.thisUpdate.toISOString(),
              next_update: crl.nextUpdate.toISOString(),
            },
    })),
  };
}
