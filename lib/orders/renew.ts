import "server-only";
import { and, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { issuances, orders } from "@/drizzle/schema/orders";
import type { Scope } from "@/lib/auth/scope";
import { type CertificateDetailView, readCertificate } from "@/lib/certificates/detail";
import type { KeyAlgorithm } from "@/lib/issuers/rules";
import { readTerms } from "@/lib/issuers/terms";
import { type OrderWish, type Placed, place } from "@/lib/orders/place";

/**
 * Orders the same certificate again, with a new key of the same kind or, where the key is kept elsewhere, with the request
 * of before. "unknown": the account has no such certificate.
 */
export async function renewCertificate(
  scope: Scope,
  certificateId: string,
  now: Date,
): Promise<Placed | { kind: "unknown" }> {
  const certificate = await readCertificate(scope, certificateId);
  if (certificate === null) return { kind: "unknown" };
  const issued = await readIssuance(scope, certificateId);
  const refused = refusalOf(certificate, issued);
  if (issued === null || refused !== null) return refuse(refused ?? NOT_HERE);
  const wish = await wishOf(scope, { certificate, issued });
  if (wish === null) return refuse("Its private key is kept elsewhere. Issue a new one, with a request made there.");
  return await place(scope, wish, { replacesId: certificateId, now });
}

const NOT_HERE = "It was not issued here. Issue a new one instead.";

function refuse(sentence: string): Placed {
  return { kind: "refused", field: "certificateId", sentence };
}

async function readIssuance({ accountId }: Scope, certificateId: string) {
  const [row] = await database()
    .select({
      ...{ issuerId: issuances.issuerId, renewedById: issuances.renewedById },
      ...{ names: orders.names, csr: orders.csr, keyAlgorithm: orders.keyAlgorithm },
      ...{ days: orders.days, challenge: orders.challenge },
    })
    .from(issuances)
    .leftJoin(orders, and(eq(orders.accountId, issuances.accountId), eq(orders.id, issuances.orderId)))
    .where(and(eq(issuances.accountId, accountId), eq(issuances.certificateId, certificateId)));
  return row ?? null;
}

type Issuance = NonNullable<Awaited<ReturnType<typeof readIssuance>>>;

function refusalOf({ revokedAt }: CertificateDetailView, issued: Issuance | null): string | null {
  if (issued === null) return NOT_HERE;
  if (revokedAt !== null) return "It is revoked. Issue a new one instead.";
  return issued.renewedById === null ? null : "It was renewed already. Renew the one that took its place.";
}

type Before = { certificate: CertificateDetailView; issued: Issuance };

/** Null where neither the key nor the request of before is here. */
async function wishOf(scope: Scope, { certificate, issued }: Before): Promise<OrderWish | null> {
  const { issuerId, csr, challenge } = issued;
  const { details, hasPrivateKey } = certificate;
  const terms = await readTerms(scope, issuerId);
  // The issuer may allow less than it did then.
  const days = terms?.kind === "private_ca" && (issued.days ?? 0) <= terms.maxDays ? issued.days : null;
  const common = { issuerId, days, challenge };
  if (hasPrivateKey) {
    const names = issued.names ?? details.sans.flatMap(({ kind, value }) => (NAMES.has(kind) ? [value] : []));
    return { ...common, names, keyAlgorithm: keyLike(details), csr: null };
  }
  return csr === null || issued.keyAlgorithm !== null ? null : { ...common, names: [], keyAlgorithm: null, csr };
}

const NAMES: ReadonlySet<string> = new Set(["dns", "ip"]);

/** Of the kinds that are made here the one that is no weaker. */
function keyLike({ keyAlgorithm, keySize }: CertificateDetailView["details"]): KeyAlgorithm {
  if (!/RSA/i.test(keyAlgorithm)) return "ec_p256";
  const bits = keySize ?? 0;
  if (bits <= 2_048) return "rsa_2048";
  return bits <= 3_072 ? "rsa_3072" : "rsa_4096";
}
