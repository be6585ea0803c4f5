import { content, type DerElement, readChildren, tags } from "./asn1-element";
import { readObjectIdentifier } from "./asn1-object-identifier";
import { extendedKeyUsageNames } from "./parse-algorithm-names";
import { readGeneralName, type SubjectAlternativeName } from "./parse-general-name";

/** What an inventory shows of a certificate's extensions. */
export type ExtensionFacts = {
  sans: SubjectAlternativeName[];
  keyUsage: string[];
  extendedKeyUsage: string[];
  isCa: boolean;
  pathLength: number | null;
  crlUrls: string[];
  ocspUrls: string[];
  issuerUrls: string[];
  /** Lower-case hex. */
  subjectKeyId: string | null;
  /** Lower-case hex. */
  authorityKeyId: string | null;
};

/** RFC 5280 §4.2.1.3, in the order of the bits. */
const keyUsageNames = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const;

/** Reads one extension's value into `facts`; false when the value is not what the extension's standard says. */
type ExtensionReader = (value: DerElement, facts: ExtensionFacts) => boolean;

/** The extensions that are read, by identifier. */
export const extensionReaders: ReadonlyMap<string, { title: string; read: ExtensionReader }> = new Map([
  ["2.5.29.14", { title: "subject key identifier", read: readSubjectKeyId }],
  ["2.5.29.15", { title: "key usage", read: readKeyUsage }],
  ["2.5.29.17", { title: "subject alternative name", read: readAlternativeNames }],
  ["2.5.29.19", { title: "basic constraints", read: readBasicConstraints }],
  ["2.5.29.31", { title: "CRL distribution points", read: readCrlUrls }],
  ["2.5.29.35", { title: "authority key identifier", read: readAuthorityKeyId }],
  ["2.5.29.37", { title: "extended key usage", read: readExtendedKeyUsage }],
  ["1.3.6.1.5.5.7.1.1", { title: "authority information access", read: readInformationAccess }],
]);

// Five times what the largest real ones hold; more would only burden those who list them.
const SANS_LIMIT = 50_000;

function readAlternativeNames(value: DerElement, facts: ExtensionFacts): boolean {
  const names = value.tag === tags.sequence ? readChildren(value) : undefined;
  if (names === undefined) return false;
  facts.sans = names.slice(0, SANS_LIMIT).map(readGeneralName);
  const more = names.length - facts.sans.length;
  if (more > 0) facts.sans.push({ kind: "malformed", value: `and ${more} more names` });
  return facts.sans.every((name) => name.kind !== "malformed");
}

function readKeyUsage(value: DerElement, facts: ExtensionFacts): boolean {
  if (value.tag !== tags.bitString) return false;
  const [unusedBits, ...octets] = content(value).subarray(0, 3);
  if (unusedBits === undefined || unusedBits > 7) return false;
  facts.keyUsage = keyUsageNames.filter((_, bit) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
  return true;
}

function readExtendedKeyUsage(value: DerElement, facts: ExtensionFacts): boolean {
  const purposes = value.tag === tags.sequence ? readChildren(value) : undefined;
  const identifiers = (purposes ?? []).map(readObjectIdentifier);
  facts.extendedKeyUsage = identifiers
    .filter((identifier) => identifier !== undefined)
    .map((identifier) => extendedKeyUsageNames.get(identifier) ?? identifier);
  return purposes !== undefined && facts.extendedKeyUsage.length === identifiers.length;
}

function readBasicConstraints(value: DerElement, facts: ExtensionFacts): boolean {
  const parts = value.tag === tags.sequence ? readChildren(value) : undefined;
  if (parts === undefined) return false;
  const flag = parts.find((part) => part.tag === tags.boolean);
  const limit = parts.find((part) => part.tag === tags.integer);
  facts.isCa = flag !== undefined && content(flag).some((octet) => octet !== 0);
  if (limit !== undefined) facts.pathLength = readSmallInteger(limit);
  return (
    parts.length === Number(flag !== undefined) + Number(limit !== undefined) && (!limit || facts.pathLength !== null)
  );
}

/** A whole number from 0 to 2^31 − 1, which a database integer holds; null outside. */
function readSmallInteger(element: DerElement): number | null {
  const octets = content(element);
  if (octets.length === 0 || octets.length > 4) return null;
  const value = octets.readIntBE(0, octets.length);
  return value >= 0 ? value : null;
}

function readSubjectKeyId(value: DerElement, facts: ExtensionFacts): boolean {
  if (value.tag !== tags.octetString) return false;
  facts.subjectKeyId = content(value).toString("hex");
  return true;
}

function readAuthorityKeyId(value: DerElement, facts: ExtensionFacts): boolean {
  const parts = value.tag === tags.sequence ? readChildren(value) : undefined;
  const identifier = parts?.find((part) => part.tag === 0x80);
  if (identifier !== undefined) facts.authorityKeyId = content(identifier).toString("hex");
  return parts !== undefined;
}

function readCrlUrls(value: DerElement, facts: ExtensionFacts): boolean {
  const points = value.tag === tags.sequence ? readChildren(value) : undefined;
  for (const point of points ?? []) {
    const place = readChildren(point)?.find((part) => part.tag === 0xa0);
    const fullName = place && readChildren(place)?.find((part) => part.tag === 0xa0);
    const names = (fullName && readChildren(fullName)) ?? [];
    for (const name of names.map(readGeneralName).filter(isUri)) facts.crlUrls.push(name.value);
  }
  return points !== undefined;
}

function readInformationAccess(value: DerElement, facts: ExtensionFacts): boolean {
  const descriptions = value.tag === tags.sequence ? readChildren(value) : undefined;
  for (const description of descriptions ?? []) {
    const [method, location] = readChildren(description) ?? [];
    const identifier = readObjectIdentifier(method);
    if (identifier === undefined || location === undefined) return false;
    const name = readGeneralName(location);
    if (!isUri(name)) continue;
    if (identifier === "1.3.6.1.5.5.7.48.1") facts.ocspUrls.push(name.value);
    if (identifier === "1.3.6.1.5.5.7.48.2") facts.issuerUrls.push(name.value);
  }
  return descriptions !== undefined;
}

function isUri(name: SubjectAlternativeName): boolean {
  return name.kind === "uri";
}
