import { content, type DerElement, encoding, readChildren, readElement, tags } from "@/lib/certificates/asn1-element";
import type { CertificateReading } from "@/lib/certificates/parse";
import { readValidityDate } from "@/lib/certificates/parse-validity-date";
import { checkEntries, findEntry } from "./verify-crl-entries";
import { readScope } from "./verify-crl-scope";
import { readCriticalExtensions, readExtensionList } from "./verify-extensions";
import { doubtOfTimes, type Judgement, judgeEntry, refuseJudgement } from "./verify-judgement";
import { doubtOfSignature } from "./verify-signature";
import { type Subject, serialOctets, signingKeyOf } from "./verify-subject";

/** A revocation list that the issuer signed and that can be read whole. Whether it holds now is asked each time. */
export type RevocationList = {
  kind: "list";
  der: Buffer;
  thisUpdate: Date;
  nextUpdate: Date | null;
  /** Where the entries stand in `der`; nothing is kept of them. */
  entries: { start: number; end: number };
  /** Its issuing distribution point (RFC 5280 §5.2.5). */
  scope: ListScope;
};

export type ListScope = { only: "users" | "authorities" | null; urls: string[] | null };

type Refused = { kind: "refused"; sentence: string };

const KNOWN_CRITICAL = ["2.5.29.20", "2.5.29.28", "2.5.29.35"];
const DELTA = "2.5.29.27";

/**
 * Reads a list as DER and verifies that the issuer signed it. One of ten megabytes takes half a second of this thread,
 * in pieces, and no memory beside its octets. Never throws for any octets.
 */
export async function readCrl(der: Buffer, issuer: CertificateReading): Promise<RevocationList | Refused> {
  const parts = readParts(der);
  if (parts === undefined) return { kind: "refused", sentence: "What came is no revocation list." };
  if (!encoding(parts.name).equals(issuer.subjectOctets)) return refuse("is of another issuer");
  const { keyUsage } = issuer.parsed;
  if (keyUsage.length > 0 && !keyUsage.includes("cRLSign"))
    return refuse("is signed by a key that its certificate does not allow to sign lists");
  const doubt = await doubtOfSignature(parts, signingKeyOf(issuer));
  if (doubt !== null) return refuse(`is ${doubt}`);
  const extensions = readExtensionList(parts.extensions);
  if (extensions === undefined) return refuse("has extensions that cannot be read");
  if (extensions.some(({ identifier }) => identifier === DELTA)) return refuse("lists only what has changed");
  const unknown = readCriticalExtensions(parts.extensions).find((identifier) => !KNOWN_CRITICAL.includes(identifier));
  if (unknown !== undefined) return refuse(`has a critical extension that Certsweep does not know (${unknown})`);
  const keyId = readAuthorityKeyId(extensions.find(({ identifier }) => identifier === "2.5.29.35")?.value);
  if (keyId !== null && issuer.parsed.subjectKeyId !== null && keyId !== issuer.parsed.subjectKeyId)
    return refuse("names another key of its issuer");
  const scope = readScope(extensions.find(({ identifier }) => identifier === "2.5.29.28")?.value);
  if ("sentence" in scope) return { kind: "refused", sentence: scope.sentence };
  const entries = { start: parts.entries?.contentStart ?? 0, end: parts.entries?.contentEnd ?? 0 };
  const flaw = await checkEntries(der, entries);
  if (flaw !== null) return refuse(flaw);
  return { kind: "list", der, thisUpdate: parts.thisUpdate, nextUpdate: parts.nextUpdate, entries, scope };
}

function refuse(what: string): Refused {
  return { kind: "refused", sentence: `The revocation list ${what}.` };
}

/** What a list that was read for the certificate's issuer says of the certificate at `now`. */
export function judgeByCrl(list: RevocationList, { certificate }: Pick<Subject, "certificate">, now: Date): Judgement {
  const late = doubtOfTimes(list, now);
  if (late !== null) return refuseJudgement(`The revocation list ${late}.`);
  const { only, urls } = list.scope;
  const { isCa, crlUrls } = certificate.parsed;
  if (only !== null && (only === "authorities") !== isCa)
    return refuseJudgement(
      `The revocation list is for ${isCa ? "certificates that are no" : "certificates of"} CAs only.`,
    );
  if (urls !== null && !urls.some((url) => crlUrls.includes(url)))
    return refuseJudgement("The revocation list is the part for other certificates of this issuer.");
  const { thisUpdate, nextUpdate } = list;
  const entry = findEntry(list.der, list.entries, serialOctets(certificate));
  if (entry === null) return { kind: "good", thisUpdate, nextUpdate };
  return judgeEntry({ thisUpdate, nextUpdate, reason: entry.reason, revokedAt: entry.revokedAt ?? thisUpdate });
}

/** The parts of a CertificateList (RFC 5280 §5.1). */
function readParts(der: Buffer) {
  const root = readElement(der);
  const [signed, algorithm, signature] = root?.tag === tags.sequence ? (readChildren(root) ?? []) : [];
  if (root?.end !== der.length || signed?.tag !== tags.sequence || signature?.tag !== tags.bitString) return undefined;
  const fields = readChildren(signed) ?? [];
  if (fields[0]?.tag === tags.integer) fields.shift();
  const [innerAlgorithm, name, thisElement, ...rest] = fields;
  if (!algorithm || !innerAlgorithm || !name || !isTime(thisElement)) return undefined;
  // Two different ones would leave it open which hash was signed.
  if (!encoding(algorithm).equals(encoding(innerAlgorithm))) return undefined;
  const nextElement = isTime(rest[0]) ? rest.shift() : undefined;
  const entries = rest[0]?.tag === tags.sequence ? rest.shift() : undefined;
  const extensions = rest[0]?.tag === 0xa0 ? rest.shift() : undefined;
  const thisUpdate = readValidityDate(thisElement);
  const nextUpdate = nextElement === undefined ? null : readValidityDate(nextElement);
  if (thisUpdate === undefined || nextUpdate === undefined || rest.length > 0) return undefined;
  return { signed, algorithm, signature, name, thisUpdate, nextUpdate, entries, extensions };
}

function isTime(element: DerElement | undefined): element is DerElement {
  return element?.tag === tags.utcTime || element?.tag === tags.generalizedTime;
}

/** Lower-case hex; null where the list names no key. */
function readAuthorityKeyId(value: DerElement | undefined): string | null {
  const sequence = value && readElement(value.source, value.contentStart, value.contentEnd);
  const identifier = sequence && readChildren(sequence)?.find(({ tag }) => tag === 0x80);
  return identifier === undefined ? null : content(identifier).toString("hex");
}
