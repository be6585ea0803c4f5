import "server-only";
import { accountName } from "@/lib/accounts/queries";
import type { Scope, TokenScope } from "@/lib/auth/scope";
import { listAssociations } from "@/lib/certificates/associations";
import {
  type CertificateBundle,
  countBundles,
  listBundles,
  pageOfBundles,
  readBundle,
} from "@/lib/certificates/bundles";
import { type Answer, failed } from "@/lib/cloudflare/rules";
import type { ListInput, WireAssociation, WireCertificate } from "@/lib/cloudflare/schema";
import type { SyncState } from "@/lib/syncs/rules";

/** A list of certificates; what is filtered away by type needs no query. */
export async function answerList(scope: Scope, { isEmpty, page, ...filter }: ListInput): Promise<Answer> {
  if (isEmpty) return { kind: "list", batches: wireBatches(nothing()), page: page && { ...page, total: 0 } };
  if (page === null) return { kind: "list", batches: wireBatches(listBundles(scope, filter)), page };
  const total = await countBundles(scope, filter);
  return { kind: "list", batches: wireBatches(pageOfBundles(scope, filter, page)), page: { ...page, total } };
}

export async function answerCertificate(scope: Scope, id: string | null): Promise<Answer> {
  const bundle = id === null ? null : await readBundle(scope, id);
  return bundle === null ? failed({ name: "not_found" }) : { kind: "result", result: wireCertificateOf(bundle) };
}

export async function answerAssociations(scope: Scope, id: string | null): Promise<Answer> {
  if (id === null || (await readBundle(scope, id)) === null) return failed({ name: "not_found" });
  return { kind: "list", batches: associationBatches(scope, id), page: null };
}

export function answerVerification(scope: TokenScope): Answer {
  const messages = [{ code: 10_000, message: "This API Token is valid and active" }];
  return { kind: "result", result: { id: scope.tokenId, status: "active" }, messages };
}

/** The one account of the token. */
export async function answerAccounts(scope: TokenScope, { page }: { page: number }): Promise<Answer> {
  return onlyOne({ id: scope.accountId, name: await accountName(scope), type: "standard" }, page);
}

/** The membership by which the token is of its account; it has no id of its own, and the maker's is unique in it. */
export async function answerMemberships(scope: TokenScope, { page }: { page: number }): Promise<Answer> {
  const account = { id: scope.accountId, name: await accountName(scope) };
  return onlyOne({ id: scope.userId, status: "accepted", account, roles: [scope.role] }, page);
}

/** A list of one thing, which stands on the first page. */
function onlyOne(thing: object, page: number): Answer {
  const result = page === 1 ? [thing] : [];
  return { kind: "result", result, info: { page, per_page: 1, count: result.length, total_count: 1, total_pages: 1 } };
}

export function wireCertificateOf(certificate: CertificateBundle): WireCertificate {
  return {
    id: certificate.id,
    ca: certificate.isCa,
    certificates: certificate.bundle,
    expires_on: wireMoment(certificate.notAfter),
    issuer: certificate.issuer,
    name: certificate.name,
    serial_number: certificate.serial,
    signature: certificate.signatureAlgorithm,
    type: "custom",
    uploaded_on: wireMoment(certificate.addedAt),
  };
}

/** RFC 3339 in UTC with microseconds, of which Certsweep keeps the thousands. */
export function wireMoment(moment: Date): string {
  return moment.toISOString().replace("Z", "000Z");
}

async function* nothing(): AsyncGenerator<CertificateBundle[]> {}

async function* wireBatches(batches: AsyncGenerator<CertificateBundle[]>): AsyncGenerator<WireCertificate[]> {
  for await (const batch of batches) yield batch.map(wireCertificateOf);
}

async function* associationBatches(scope: Scope, id: string): AsyncGenerator<WireAssociation[]> {
  for await (const batch of listAssociations(scope, id))
    yield batch.map(({ service, state }) => ({ service, status: ASSOCIATION_STATUS[state] }));
}

/** What uses a certificate in the words of Cloudflare's API; a copy that is gone is listed nowhere. */
export const ASSOCIATION_STATUS: Record<SyncState, WireAssociation["status"]> = {
  pending: "pending_deployment",
  active: "active",
  failed: "deployment_timed_out",
  removing: "pending_deletion",
  removed: "pending_deletion",
};
