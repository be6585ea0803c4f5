import type { Buffer } from "node:buffer";
import { content, type DerElement, encoding, readChildren, readElement } from "./asn1-element";
import { decodeObjectIdentifier, readObjectIdentifier } from "./asn1-object-identifier";
import { readText, visibleText } from "./asn1-text";
import { readDistinguishedName } from "./distinguished-name";

export const SAN_KINDS = [
  "dns",
  "ip",
  "email",
  "uri",
  "directory",
  "other",
  "registered_id",
  "x400",
  "edi_party",
  "malformed",
] as const;
export type SanKind = (typeof SAN_KINDS)[number];
export type SubjectAlternativeName = { kind: SanKind; value: string };

const otherNames = new Map([
  ["1.3.6.1.4.1.311.20.2.3", "UPN"],
  ["1.3.6.1.5.5.7.8.7", "SRV"],
  ["1.3.6.1.5.5.7.8.8", "NAI"],
  ["1.3.6.1.5.5.7.8.9", "SmtpUTF8Mailbox"],
]);

/** One GeneralName (RFC 5280 §4.2.1.6). What its kind does not allow comes back as kind `malformed` with its octets in hex. */
export function readGeneralName(name: DerElement): SubjectAlternativeName {
  const octets = content(name);
  switch (name.tag) {
    case 0xa0:
      return readOtherName(name);
    case 0x81:
      return { kind: "email", value: readAscii(octets) };
    case 0x82:
      return { kind: "dns", value: readAscii(octets) };
    case 0xa3:
      return { kind: "x400", value: hex(octets) };
    case 0xa4:
      return readDirectoryName(name);
    case 0xa5:
      return { kind: "edi_party", value: hex(octets) };
    case 0x86:
      return { kind: "uri", value: readAscii(octets) };
    case 0x87: {
      const address = formatAddress(octets);
      return address === undefined ? malformed("IP address", octets) : { kind: "ip", value: address };
    }
    case 0x88: {
      const identifier = decodeObjectIdentifier(octets);
      return identifier === undefined
        ? malformed("registered ID", octets)
        : { kind: "registered_id", value: identifier };
    }
    default:
      return malformed("name", encoding(name));
  }
}

function readDirectoryName(name: DerElement): SubjectAlternativeName {
  const inner = readElement(name.source, name.contentStart, name.contentEnd);
  if (inner === undefined || inner.end !== name.contentEnd) return malformed("directory name", content(name));
  const { text, isMalformed } = readDistinguishedName(inner);
  return { kind: isMalformed ? "malformed" : "directory", value: isMalformed ? `directory name ${text}` : text };
}

function readOtherName(name: DerElement): SubjectAlternativeName {
  const [type, wrapper] = readChildren(name) ?? [];
  const identifier = readObjectIdentifier(type);
  if (identifier === undefined || wrapper?.tag !== 0xa0) return malformed("other name", content(name));
  const value = readElement(wrapper.source, wrapper.contentStart, wrapper.contentEnd);
  const text = value === undefined ? undefined : readText(value);
  const shown = text === undefined ? hex(content(wrapper)) : visibleText(text);
  return { kind: "other", value: `${otherNames.get(identifier) ?? identifier}:${shown}` };
}

/** IA5String by the standard; octets above 127 are shown as Latin-1. */
function readAscii(octets: Buffer): string {
  return visibleText(octets.toString("latin1"));
}

function malformed(what: string, octets: Buffer): SubjectAlternativeName {
  return { kind: "malformed", value: `${what} ${hex(octets)}` };
}

function hex(octets: Buffer): string {
  return `#${octets.toString("hex")}`;
}

/** An IPv4 address, or an IPv6 address as in RFC 5952, from its octets; undefined when they are neither four nor sixteen. */
export function formatAddress(octets: Buffer): string | undefined {
  if (octets.length === 4) return octets.join(".");
  if (octets.length !== 16) return undefined;
  const groups = Array.from({ length: 8 }, (_, index) => octets.readUInt16BE(index * 2).toString(16));
  return compressLongestZeroRun(groups);
}

/** RFC 5952 §4.2: the first longest run of at least two zero groups becomes "::". */
function compressLongestZeroRun(groups: string[]): string {
  let best = { start: 0, length: 1 };
  let start = 0;
  groups.forEach((group, index) => {
    if (group !== "0") start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  });
  if (best.length < 2) return groups.join(":");
  return `${groups.slice(0, best.start).join(":")}::${groups.slice(best.start + best.length).join(":")}`;
}
