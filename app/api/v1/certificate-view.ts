import { z } from "zod";
import type { CertificateDetailView, CertificateFile } from "@/lib/certificates/detail";
import { SOURCES, STATUSES, statusOf, USES } from "@/lib/certificates/rules";
import type { CertificateRow } from "@/lib/certificates/schema";
import type { BlockerView } from "@/lib/removal/blockers";
import { BLOCKERS } from "@/lib/removal/rules";
import { actionsOf, CERTIFICATE_ACTIONS } from "@/lib/revocation/rules";

export const moment = z.iso.datetime();

const use = z.object({ names: z.array(z.string()), total: z.int() }).meta({
  description: "Who uses the certificate: the first five names, and how many there are.",
});

export const blockerView = z.object({ blocker: z.enum(BLOCKERS), sentence: z.string() });

const standing = z.object({
  id: z.uuid(),
  name: z.string(),
  status: z.enum(STATUSES),
  source: z.enum(SOURCES),
  not_after: moment,
  revoked_at: moment.nullable(),
  revocation_pending: z.boolean().meta({
    description: "It is to be revoked, and its CA has not confirmed that yet.",
  }),
  is_sample: z.boolean(),
  has_private_key: z.boolean(),
  may_be_deleted: z.boolean(),
  blockers: z.array(blockerView).meta({ description: "Why it may not be deleted now; empty when it may." }),
  actions: z.array(z.enum(CERTIFICATE_ACTIONS)).meta({
    description:
      "What its status and source allow. The token's role, and for delete the blockers, may forbid it still.",
  }),
});

export const listedCertificate = standing
  .extend({
    issuer: z.string(),
    other_names: z.array(z.string()),
    other_names_total: z.int(),
    deployed_at: use,
    synced_to: use,
    uses: z.array(z.object({ use: z.enum(USES), count: z.int() })).meta({
      description: "How many of each way there are; only moved_on is none any more and keeps nothing.",
    }),
  })
  .meta({ id: "ListedCertificate" });

export function listedCertificateOf(row: CertificateRow): z.input<typeof listedCertificate> {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    source: row.source,
    not_after: row.notAfter,
    revoked_at: row.revokedAt,
    revocation_pending: row.isRevocationPending,
    is_sample: row.isSample,
    has_private_key: row.hasPrivateKey,
    may_be_deleted: row.blockers.length === 0,
    blockers: row.blockers,
    actions: row.actions,
    issuer: row.issuerLabel,
    other_names: row.otherNames,
    other_names_total: row.otherNameCount,
    deployed_at: row.deployedAt,
    synced_to: row.syncedTo,
    uses: row.uses,
  };
}

export const certificate = standing
  .extend({
    subject: z.string(),
    issuer: z.string(),
    serial: z.string().meta({ description: "Hexadecimal." }),
    fingerprint: z.string().meta({ description: "SHA-256 of the DER form, hexadecimal." }),
    alternative_names: z.array(z.object({ kind: z.string(), value: z.string() })),
    key_algorithm: z.string(),
    key_size: z.int().nullable(),
    signature_algorithm: z.string(),
    key_usage: z.array(z.string()),
    extended_key_usage: z.array(z.string()),
    is_ca: z.boolean(),
    not_before: moment,
    added_at: moment,
    added_by: z.string(),
    pem: z.string(),
    chain: z.array(z.string()).meta({ description: "PEM of the certificates that came with it, in order." }),
  })
  .meta({ id: "Certificate" });

type Kept = { view: CertificateDetailView; file: CertificateFile; blockers: BlockerView[] };

export function certificateOf({ view, file, blockers }: Kept, now: Date): z.input<typeof certificate> {
  const { details, source, hasIssuer } = view;
  const status = statusOf(view, now);
  const isPending = view.isRevocationPending && status !== "revoked";
  return {
    id: view.id,
    name: view.name,
    status,
    source,
    not_after: view.notAfter.toISOString(),
    revoked_at: view.revokedAt?.toISOString() ?? null,
    revocation_pending: isPending,
    is_sample: view.isSample,
    has_private_key: view.hasPrivateKey,
    may_be_deleted: blockers.length === 0,
    blockers,
    actions: [...actionsOf({ status, source, isPending, hasIssuer })],
    subject: details.subject,
    issuer: details.issuer,
    serial: details.serialHex,
    fingerprint: details.fingerprint,
    alternative_names: details.sans,
    key_algorithm: details.keyAlgorithm,
    key_size: details.keySize,
    signature_algorithm: details.signatureAlgorithm,
    key_usage: details.keyUsage,
    extended_key_usage: details.extendedKeyUsage,
    is_ca: details.isCa,
    not_before: view.notBefore.toISOString(),
    added_at: view.addedAt.toISOString(),
    added_by: view.addedByLabel,
    pem: file.pem,
    chain: file.chainPems,
  };
}
