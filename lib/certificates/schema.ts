import { z } from "zod";
import {
  deletableIn,
  expiresIn,
  inUseIn,
  type ListAddress,
  readListAddress,
  searchIn,
  statusIn,
} from "@/lib/certificates/address";
import { FILES_PER_BATCH, NAME_LIMIT, SOURCES, STATUSES, USES } from "@/lib/certificates/rules";
import { BLOCKERS } from "@/lib/removal/rules";
import { CERTIFICATE_ACTIONS } from "@/lib/revocation/rules";

const subjectAlternativeName = z.object({ kind: z.string(), value: z.string() });

/** Everything that is read out of one certificate and kept; dates as ISO 8601 in UTC. */
const certificateFacts = z.object({
  fingerprint: z.string(),
  subject: z.string(),
  issuer: z.string(),
  commonName: z.string().nullable(),
  issuerLabel: z.string(),
  serial: z.string(),
  serialHex: z.string(),
  sans: z.array(subjectAlternativeName),
  keyAlgorithm: z.string(),
  keySize: z.number().nullable(),
  signatureAlgorithm: z.string(),
  keyUsage: z.array(z.string()),
  extendedKeyUsage: z.array(z.string()),
  isCa: z.boolean(),
  crlUrls: z.array(z.string()),
  ocspUrls: z.array(z.string()),
  issuerUrls: z.array(z.string()),
  subjectKeyId: z.string().nullable(),
  authorityKeyId: z.string().nullable(),
  notBefore: z.string(),
  notAfter: z.string(),
  oddities: z.array(z.string()),
});
export type CertificateFacts = z.infer<typeof certificateFacts>;

/** The certificate and, in order, those that came with it. */
export const certificateDetails = certificateFacts.extend({ chain: z.array(certificateFacts) });
export type CertificateDetails = z.infer<typeof certificateDetails>;

/** What narrows the Overview. Values that make no sense are dropped, never an error: they come from an address bar. */
export const listFilter = z.object({
  status: z.unknown().optional().transform(statusIn),
  q: z.unknown().optional().transform(searchIn),
  /** "yes": only what may be deleted now. */
  deletable: z.unknown().optional().transform(deletableIn),
  use: z.unknown().optional().transform(inUseIn),
  expires: z.unknown().optional().transform(expiresIn),
});
export type ListFilter = Partial<z.infer<typeof listFilter>>;

export const listQuery = z.record(z.string(), z.unknown()).transform(readListAddress);
export type ListQuery = ListFilter & Pick<ListAddress, "sort"> & Partial<Pick<ListAddress, "after" | "before">>;

const namedUse = z.object({ names: z.array(z.string()), total: z.number() });

/** One row of the Overview; dates as ISO 8601 in UTC. */
export const certificateRow = z.object({
  id: z.uuid(),
  name: z.string(),
  otherNames: z.array(z.string()),
  otherNameCount: z.number(),
  status: z.enum(STATUSES),
  /** Somebody wants it revoked, and its CA has not confirmed it yet. */
  isRevocationPending: z.boolean(),
  issuerLabel: z.string(),
  notAfter: z.string(),
  revokedAt: z.string().nullable(),
  source: z.enum(SOURCES),
  isSample: z.boolean(),
  hasPrivateKey: z.boolean(),
  /** What keeps it because it uses it: the first names, and how many there are. */
  deployedAt: namedUse,
  syncedTo: namedUse,
  /** How many of each there are, in the order of USES; what there is none of is left out. */
  uses: z.array(z.object({ use: z.enum(USES), count: z.number() })),
  blockers: z.array(z.object({ blocker: z.enum(BLOCKERS), sentence: z.string() })),
  /** What its status and its source allow, in the order in which it is offered. */
  actions: z.array(z.enum(CERTIFICATE_ACTIONS)),
});
export type CertificateRow = z.infer<typeof certificateRow>;

/** A page of the Overview, with the addresses' cursors of its neighbours; null at an end. */
export const certificatePage = z.object({
  rows: z.array(certificateRow),
  previous: z.string().nullable(),
  next: z.string().nullable(),
  /** The moment for which statuses and blockers were decided. */
  now: z.string(),
  /** Where not all certificates were looked through for a short search: how many were. Its neighbours go on from there. */
  lookedThrough: z.number().nullable(),
});
export type CertificatePage = z.infer<typeof certificatePage>;

/** The figures around the list, for the same filter. */
export const listSummary = z.object({
  /** Of the whole filter. */
  total: z.number(),
  deletable: z.number(),
  /** Of the filter without its status: what stands beside each choice. */
  byStatus: z.record(z.enum(STATUSES), z.number()),
  /** Looking stopped before the end: each figure is the least that there is. */
  isPartial: z.boolean(),
  /** The same for `deletable` alone: it can be told less often. */
  isDeletablePartial: z.boolean(),
  /** Everything in the account: tells "nothing yet" from "no match". */
  isEmpty: z.boolean(),
});
export type ListSummary = z.infer<typeof listSummary>;

/** Certificates by month of expiry; the first and the last collect what lies beyond. */
export const timeline = z.object({
  months: z.array(
    z.object({
      key: z.string(),
      segments: z.array(z.object({ status: z.enum(STATUSES), count: z.number() })),
    }),
  ),
  /** As for the summary. */
  isPartial: z.boolean(),
});
export type Timeline = z.infer<typeof timeline>;

const PASSWORD_LIMIT = 1_000;
/** Characters; the longest RSA keys have a tenth of it. */
const KEY_TEXT_LIMIT = 100_000;

/** What goes with the files of an upload. */
export const uploadFields = {
  name: z
    .string()
    .trim()
    .max(NAME_LIMIT, `A name has at most ${NAME_LIMIT} characters.`)
    // PostgreSQL refuses NUL and half surrogate pairs; a name with control characters cannot be typed to confirm.
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, "A name has no control characters.")
    .transform((name) => (name === "" ? null : name)),
  /** Of the files that need one. */
  password: z.string().max(PASSWORD_LIMIT, `A password has at most ${PASSWORD_LIMIT} characters.`),
};

/** A private key for a certificate that is there already; the password may be empty. */
export const privateKeyInput = z.object({
  certificateId: z.uuid("This is not the id of a certificate."),
  privateKey: z.string().min(1, "Paste the private key.").max(KEY_TEXT_LIMIT, "This is too long for a private key."),
  password: uploadFields.password,
});

/** The upload form: fields `files` (any number of files), `name` and `password` (may be empty). */
export const uploadForm = z
  .instanceof(FormData, { message: "Send the files as a form." })
  .transform((form) => ({
    files: form.getAll("files"),
    name: form.get("name") ?? "",
    password: form.get("password") ?? "",
  }))
  .pipe(
    z.object({
      files: z
        .array(z.instanceof(File, { message: "Choose files, or paste a certificate." }))
        .min(1, "Choose files, or paste a certificate.")
        .max(FILES_PER_BATCH, `Send at most ${FILES_PER_BATCH} files at once.`),
      ...uploadFields,
    }),
  );

/**
 * What a certificate of an upload became. `key_added`: it was there, or came in another file, and has its private key now.
 * `publicKey` marks its key: a private key that fits nothing names it too, and can be sent again beside it.
 */
export type CertificateOutcome = {
  kind: "added" | "added_with_key" | "already" | "key_added";
  id: string;
  name: string;
  publicKey?: string;
};

/** What came of one file: what each certificate in it became, or why the file was refused. */
export type FileOutcome =
  | { file: string; kind: "read"; certificates: CertificateOutcome[] }
  | { file: string; kind: "refused"; sentence: string; unfitKey?: string; wantsPassword?: true };
