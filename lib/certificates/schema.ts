import { z } from "zod";
import { NAME_LIMIT, SEARCH_LIMIT, SOURCES, STATUSES } from "@/lib/certificates/rules";
import { BLOCKERS } from "@/lib/removal/rules";

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

export const LIST_SORTS = ["expiry", "-expiry", "name", "-name", "added", "-added"] as const;

/** A month of expiry, or everything before or after one: "2026-05", "..2026-04", "2028-07..". */
const MONTH_FILTER = /^(?:\.\.)?[1-9]\d{3}-(?:0[1-9]|1[0-2])$|^[1-9]\d{3}-(?:0[1-9]|1[0-2])\.\.$/;

/** What narrows the Overview. Values that make no sense are dropped, never an error: they come from an address bar. */
export const listFilter = z.object({
  status: z.enum(STATUSES).optional().catch(undefined),
  // PostgreSQL text has no NUL, so nothing can match one.
  q: z
    .string()
    .trim()
    .min(1)
    .max(SEARCH_LIMIT)
    .refine((text) => !text.includes("\0"))
    .optional()
    .catch(undefined),
  /** "yes": only what may be deleted now. */
  deletable: z.literal("yes").optional().catch(undefined),
  expires: z.string().regex(MONTH_FILTER).optional().catch(undefined),
});
export type ListFilter = z.infer<typeof listFilter>;

/** Where a page starts: the sort value and id of the row beside it. */
export const listCursor = z.tuple([z.string().max(4_000), z.uuid()]);
export type ListCursor = z.infer<typeof listCursor>;

export const listQuery = listFilter
  .extend({
    sort: z.enum(LIST_SORTS).default("expiry").catch("expiry"),
    after: cursorText().optional().catch(undefined),
    before: cursorText().optional().catch(undefined),
  })
  // A cursor of another sort names no place in this one.
  .transform(({ after, before, ...query }) => ({
    ...query,
    after: after !== undefined && isOfSort(after, query.sort) ? after : undefined,
    before: before !== undefined && isOfSort(before, query.sort) ? before : undefined,
  }));
export type ListQuery = z.infer<typeof listQuery>;

/** A cursor as it stands in an address: JSON in base64url. */
function cursorText() {
  return z
    .string()
    .max(8_000)
    .refine((text) => cursorOf(text) !== null);
}

/** Whether PostgreSQL can compare a cursor's value with what the list is sorted by. */
function isOfSort(text: string, sort: (typeof LIST_SORTS)[number]): boolean {
  const [value = ""] = cursorOf(text) ?? [];
  // A moment as PostgreSQL writes it in UTC. It knows no year 0.
  if (sort.endsWith("expiry"))
    return /\+00$/.test(value) && sqlMoment.safeParse(value.replace(" ", "T").replace("+00", "Z")).success;
  return !value.includes("\0");
}

const sqlMoment = z.iso.datetime().refine((text) => !text.startsWith("0000"));

/** What a cursor of an address says; null when it is not one of ours. */
export function cursorOf(text: string): ListCursor | null {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const octets = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return listCursor.safeParse(JSON.parse(new TextDecoder().decode(octets))).data ?? null;
  } catch {
    return null;
  }
}

export function cursorAddress(cursor: ListCursor): string {
  const octets = new TextEncoder().encode(JSON.stringify(cursor));
  return btoa(String.fromCharCode(...octets))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

const use = z.object({ names: z.array(z.string()), total: z.number() });

/** One row of the Overview; dates as ISO 8601 in UTC. */
export const certificateRow = z.object({
  id: z.uuid(),
  name: z.string(),
  otherNames: z.array(z.string()),
  otherNameCount: z.number(),
  status: z.enum(STATUSES),
  issuerLabel: z.string(),
  notAfter: z.string(),
  revokedAt: z.string().nullable(),
  source: z.enum(SOURCES),
  isSample: z.boolean(),
  deployedAt: use,
  syncedTo: use,
  blockers: z.array(z.object({ blocker: z.enum(BLOCKERS), sentence: z.string() })),
});
export type CertificateRow = z.infer<typeof certificateRow>;

/** A page of the Overview, with the addresses' cursors of its neighbours; null at an end. */
export const certificatePage = z.object({
  rows: z.array(certificateRow),
  previous: z.string().nullable(),
  next: z.string().nullable(),
  /** The moment for which statuses and blockers were decided. */
  now: z.string(),
});
export type CertificatePage = z.infer<typeof certificatePage>;

/** A count that is exact up to COUNT_CAP; one above it means "more". */
const cappedCount = z.number();

/** The figures around the list, for the same filter. */
export const listSummary = z.object({
  /** Of the whole filter. */
  total: cappedCount,
  deletable: cappedCount,
  /** Of the filter without its status: what stands beside each choice. */
  byStatus: z.record(z.enum(STATUSES), cappedCount),
  /** Everything in the account: tells "nothing yet" from "no match". */
  isEmpty: z.boolean(),
});
export type ListSummary = z.infer<typeof listSummary>;

/** Certificates by month of expiry; the first and the last collect what lies beyond. */
export const timeline = z.array(
  z.object({
    key: z.string(),
    segments: z.array(z.object({ status: z.enum(STATUSES), count: cappedCount })),
  }),
);
export type Timeline = z.infer<typeof timeline>;

/** How many files one upload request may carry; the browser sends more in batches. */
export const FILES_PER_BATCH = 100;

/** The upload form: fields `files` (any number of files) and `name` (may be empty). */
export const uploadForm = z
  .instanceof(FormData, { message: "Send the files as a form." })
  .transform((form) => ({ files: form.getAll("files"), name: form.get("name") ?? "" }))
  .pipe(
    z.object({
      files: z
        .array(z.instanceof(File, { message: "Choose files, or paste a certificate." }))
        .min(1, "Choose files, or paste a certificate.")
        .max(FILES_PER_BATCH, `Send at most ${FILES_PER_BATCH} files at once.`),
      name: z
        .string()
        .trim()
        .max(NAME_LIMIT, `A name has at most ${NAME_LIMIT} characters.`)
        // PostgreSQL refuses NUL and half surrogate pairs; a name with control characters cannot be typed to confirm.
        .regex(/^[^\p{Cc}\p{Cs}]*$/u, "A name has no control characters.")
        .transform((name) => (name === "" ? null : name)),
    }),
  );

/** What came of one file: what each certificate in it became, or why the file was refused. */
export type FileOutcome =
  | { file: string; kind: "read"; certificates: { kind: "added" | "already"; id: string; name: string }[] }
  | { file: string; kind: "refused"; sentence: string };
