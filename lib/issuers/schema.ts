import { z } from "zod";
import {
  type AuthorityRole,
  CHALLENGES,
  type Challenge,
  ISSUER_NAME_LIMIT,
  type IssuerKind,
  KEY_ALGORITHMS,
} from "@/lib/issuers/rules";

/** Characters of PEM that somebody pastes: a chain with keys of the longest kind is a tenth of it. */
const PEM_LIMIT = 262_144;
/** Names that a CA may be bound to or kept from. */
const CONSTRAINTS_LIMIT = 100;
const YEARS_MAX = 50;
/** Days of a certificate, ten years of them. */
export const DAYS_MAX = 3_653;

const issuerName = z
  .string()
  .trim()
  .min(1, "Give the issuer a name.")
  .refine(
    (text) => Array.from(text).length <= ISSUER_NAME_LIMIT,
    `A name may have ${ISSUER_NAME_LIMIT} characters at most.`,
  )
  .refine((text) => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text), "The name must be one line of text.");

const line = z
  .string()
  .trim()
  .max(1_000, "It is too long.")
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), "It must be one line of text.");

/** PEM, "" for none. */
const pem = z.string().trim().max(PEM_LIMIT, "It is too long.");

const contact = line
  .refine((text) => text === "" || z.email().safeParse(text).success, "Enter an e-mail address.")
  .transform((text) => (text === "" ? null : text));

const directoryUrl = line
  .min(1, "Enter the address of the directory.")
  .refine((text) => /^https?:$/.test(protocolOf(text)), "Enter the address of the directory, such as https://….");

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : "";
}

const issuerId = z.uuid("This is not the id of an issuer.");

/** What has to be known of an ACME directory to have an account there. */
export const newAcmeIssuer = z
  .strictObject({
    name: issuerName,
    directoryUrl,
    contact,
    eabKeyId: line,
    eabHmacKey: line.refine((text) => /^[\w+/-]*={0,2}$/.test(text), "This is no key in base64url."),
    caBundle: pem,
    challenge: z.enum(CHALLENGES, "Choose a challenge."),
    renewAutomatically: z.boolean(),
  })
  .superRefine(({ eabKeyId, eabHmacKey }, context) => {
    if ((eabKeyId === "") === (eabHmacKey === "")) return;
    const path = eabKeyId === "" ? "eabKeyId" : "eabHmacKey";
    context.addIssue({ code: "custom", path: [path], message: "Key identifier and HMAC key go together." });
  })
  .transform(({ eabKeyId, eabHmacKey, caBundle, ...rest }) => ({
    ...rest,
    caBundle: caBundle === "" ? null : caBundle,
    eab: eabKeyId === "" ? null : { kid: eabKeyId, hmacKey: eabHmacKey },
  }));

/** A whole number as it stands in a field; the sentence says what belongs there. */
function wholeNumber({ min, max, sentence }: { min: number; max: number; sentence: string }) {
  return z
    .string()
    .trim()
    .regex(/^\d{1,5}$/, sentence)
    .transform(Number)
    .refine((number) => number >= min && number <= max, sentence);
}

function years(what: string) {
  return wholeNumber({ min: 1, max: YEARS_MAX, sentence: `${what} can be valid for 1 to ${YEARS_MAX} years.` });
}

const maxDays = wholeNumber({
  min: 1,
  max: DAYS_MAX,
  sentence: `A certificate can be valid for 1 to ${DAYS_MAX.toLocaleString("en")} days.`,
});

/** Names as people type them, one a line or with commas between them. What each may be, its command knows. */
export const namesText = z
  .string()
  .max(100_000, "It is too long.")
  .transform((text) => [...new Set(text.split(/[\s,;]+/).filter((name) => name !== ""))]);

const constraint = namesText.refine(
  (names) => names.length <= CONSTRAINTS_LIMIT,
  `A CA can have ${CONSTRAINTS_LIMIT} names here at most.`,
);

/** A CA that is made here: a root, and an intermediate that issues. */
export const newPrivateIssuer = z
  .strictObject({
    name: issuerName,
    organisation: line,
    keyAlgorithm: z.enum(KEY_ALGORITHMS, "Choose a key."),
    rootYears: years("A root"),
    intermediateYears: years("An intermediate"),
    maxDays,
    permitted: constraint,
    excluded: constraint,
    renewAutomatically: z.boolean(),
  })
  .refine(({ rootYears, intermediateYears }) => intermediateYears <= rootYears, {
    path: ["intermediateYears"],
    message: "The intermediate cannot be valid for longer than its root.",
  });
export type NewPrivateIssuer = z.output<typeof newPrivateIssuer>;

/** A CA that there is already, with its key. */
export const importedIssuer = z.strictObject({
  name: issuerName,
  certificates: pem.min(1, "Paste the CA's certificate and its chain."),
  privateKey: pem.min(1, "Paste the CA's private key."),
  password: z.string().max(1_000, "It is too long."),
  maxDays,
  renewAutomatically: z.boolean(),
});
export type ImportedIssuer = z.output<typeof importedIssuer>;

export const retiredIssuer = z.strictObject({ issuerId, isRetired: z.boolean() });
export type RetiredIssuer = z.output<typeof retiredIssuer>;

export const changedIssuer = z.strictObject({ issuerId, name: issuerName, contact, renewAutomatically: z.boolean() });
export type ChangedIssuer = z.output<typeof changedIssuer>;

export type AuthorityView = {
  id: string;
  role: AuthorityRole;
  /** The one that certificates are issued by. */
  isSigning: boolean;
  subject: string;
  notBefore: Date;
  notAfter: Date;
  hasKey: boolean;
  /** Public addresses. */
  published: { issuerUrl: string; crlUrl: string; ocspUrl: string };
  /** Null before the first list. */
  crl: { number: number; thisUpdate: Date; nextUpdate: Date } | null;
};

export type IssuerView = {
  id: string;
  name: string;
  kind: IssuerKind;
  addedAt: Date;
  addedByLabel: string;
  /** Null while it is in use. */
  retiredAt: Date | null;
  renewAutomatically: boolean;
  /** Longest validity of a certificate; null where the CA decides. */
  maxDays: number | null;
  /** Null but for ACME. */
  acme: { directoryUrl: string; contact: string | null; hasCaBundle: boolean; challenge: Challenge } | null;
  /** When the one that issues expires; null where that is not known here. */
  caNotAfter: Date | null;
  /** Certificates that it issued, counted up to COUNT_CAP + 1. */
  issued: number;
};

/** An issuer as whoever issues needs it. */
export type IssuerChoice = Pick<IssuerView, "id" | "name" | "kind" | "maxDays"> & { challenge: Challenge | null };
