import { type DerElement, encoding, readChildren, tags } from "./asn1-element";
import { readObjectIdentifier } from "./asn1-object-identifier";
import { readText, visibleText } from "./asn1-text";

export type DistinguishedName = {
  /** RFC 4514: most specific attribute first; "" for an empty name. */
  text: string;
  commonName: string | null;
  organisation: string | null;
  organisationalUnit: string | null;
  isMalformed: boolean;
};

const attributeNames = new Map([
  ["2.5.4.3", "CN"],
  ["2.5.4.4", "SN"],
  ["2.5.4.5", "serialNumber"],
  ["2.5.4.6", "C"],
  ["2.5.4.7", "L"],
  ["2.5.4.8", "ST"],
  ["2.5.4.9", "STREET"],
  ["2.5.4.10", "O"],
  ["2.5.4.11", "OU"],
  ["2.5.4.12", "title"],
  ["2.5.4.13", "description"],
  ["2.5.4.15", "businessCategory"],
  ["2.5.4.17", "postalCode"],
  ["2.5.4.18", "postOfficeBox"],
  ["2.5.4.20", "telephoneNumber"],
  ["2.5.4.41", "name"],
  ["2.5.4.42", "givenName"],
  ["2.5.4.43", "initials"],
  ["2.5.4.44", "generationQualifier"],
  ["2.5.4.46", "dnQualifier"],
  ["2.5.4.65", "pseudonym"],
  ["2.5.4.97", "organizationIdentifier"],
  ["0.9.2342.19200300.100.1.1", "UID"],
  ["0.9.2342.19200300.100.1.25", "DC"],
  ["1.2.840.113549.1.9.1", "emailAddress"],
  ["1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL"],
  ["1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST"],
  ["1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"],
]);

type Attribute = { name: string; value: string; isHex: boolean };

/** Reads a Name (RFC 5280 §4.1.2.4). What cannot be read is shown as #hex and said in `isMalformed`; never throws. */
export function readDistinguishedName(name: DerElement): DistinguishedName {
  const sets = readChildren(name);
  if (sets === undefined || name.tag !== tags.sequence) return unreadableName(name);
  const relativeNames = sets.map(readRelativeName);
  if (!relativeNames.every((attributes) => attributes !== undefined)) return unreadableName(name);
  const attributes = relativeNames.flat();
  return {
    // A SET without attributes is not allowed but met; it says nothing, as in openssl.
    text: relativeNames
      .filter((relativeName) => relativeName.length > 0)
      .map(formatRelativeName)
      .reverse()
      .join(","),
    commonName: lastValue(attributes, "CN"),
    organisation: lastValue(attributes, "O"),
    organisationalUnit: lastValue(attributes, "OU"),
    isMalformed: attributes.some((attribute) => attribute.isHex && !attribute.name.includes(".")),
  };
}

function unreadableName(name: DerElement): DistinguishedName {
  const text = `#${encoding(name).toString("hex")}`;
  return { text, commonName: null, organisation: null, organisationalUnit: null, isMalformed: true };
}

function readRelativeName(set: DerElement): Attribute[] | undefined {
  if (set.tag !== tags.set) return undefined;
  const pairs = readChildren(set);
  if (pairs === undefined) return undefined;
  const attributes: Attribute[] = [];
  for (const pair of pairs) {
    const [type, value, ...rest] = readChildren(pair) ?? [];
    const identifier = readObjectIdentifier(type);
    if (identifier === undefined || value === undefined || rest.length > 0) return undefined;
    attributes.push(readAttribute(identifier, value));
  }
  return attributes;
}

function readAttribute(identifier: string, value: DerElement): Attribute {
  const name = attributeNames.get(identifier);
  const text = name === undefined ? undefined : readText(value);
  if (name === undefined || text === undefined)
    return { name: name ?? identifier, value: `#${encoding(value).toString("hex")}`, isHex: true };
  return { name, value: text, isHex: false };
}

function formatRelativeName(attributes: Attribute[]): string {
  return attributes.map(({ name, value, isHex }) => `${name}=${isHex ? value : escapeAttributeValue(value)}`).join("+");
}

/** RFC 4514 §2.4, and invisible characters as octets. */
function escapeAttributeValue(value: string): string {
  const escaped = value.replace(/["+,;<>\\]/g, "\\$&").replace(/^[ #]/, "\\$&");
  // An escape just written never ends in a space, so a final space is the value's own.
  return visibleText(escaped === "\\ " ? escaped : escaped.replace(/ $/, "\\ "));
}

/** The last occurrence is the most specific one; an empty value is no value. */
function lastValue(attributes: Attribute[], name: string): string | null {
  const found = attributes.findLast(
    (attribute) => attribute.name === name && !attribute.isHex && attribute.value !== "",
  );
  return found === undefined ? null : visibleText(found.value);
}

/** The short form of an issuer for lists: "R11, Let's Encrypt". */
export function shortLabel(name: DistinguishedName): string {
  const { commonName, organisation, organisationalUnit, text } = name;
  const first = commonName ?? organisationalUnit;
  if (first === null) return organisation ?? text;
  if (organisation === null || first.toLowerCase().includes(organisation.toLowerCase())) return first;
  return `${first}, ${organisation}`;
}
