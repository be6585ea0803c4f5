import { Buffer, isUtf8 } from "node:buffer";
import { content, type DerElement } from "./asn1-element";

const stringTags = {
  utf8: 0x0c,
  numeric: 0x12,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  visible: 0x1a,
  general: 0x1b,
  universal: 0x1c,
  bmp: 0x1e,
} as const;

const utf16 = new TextDecoder("utf-16be");

/** The text of an ASN.1 string type, always well-formed Unicode; undefined for any other type or a broken length. */
export function readText(element: DerElement): string | undefined {
  const octets = content(element);
  switch (element.tag) {
    case stringTags.utf8:
      return octets.toString("utf8");
    case stringTags.numeric:
    case stringTags.printable:
    case stringTags.ia5:
    case stringTags.visible:
      // Octets above 127 are not allowed here; issuers that write them nevertheless mean UTF-8, else Latin-1.
      return octets.toString(isUtf8(octets) ? "utf8" : "latin1");
    case stringTags.teletex:
    case stringTags.general:
      return octets.toString("latin1");
    case stringTags.bmp:
      return octets.length % 2 === 0 ? utf16.decode(octets) : undefined;
    case stringTags.universal:
      return octets.length % 4 === 0 ? readUtf32(octets) : undefined;
    default:
      return undefined;
  }
}

function readUtf32(octets: Buffer): string {
  let text = "";
  for (let position = 0; position < octets.length; position += 4) {
    const codePoint = octets.readUInt32BE(position);
    const isCharacter = codePoint <= 0x10ffff && (codePoint < 0xd800 || codePoint > 0xdfff);
    text += isCharacter ? String.fromCodePoint(codePoint) : "\ufffd";
  }
  return text;
}

// Control characters (NUL, which PostgreSQL text refuses, among them), line separators and marks that reorder text.
const invisible = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** The text with every invisible character written as RFC 4514 writes octets: NUL becomes \00. */
export function visibleText(text: string): string {
  return text.replace(invisible, (character) =>
    Buffer.from(character).toString("hex").toUpperCase().replace(/../g, "\\$&"),
  );
}
