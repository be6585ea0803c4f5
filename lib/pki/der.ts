import { Buffer } from "node:buffer";
import { tags } from "@/lib/certificates/asn1-element";

const NULL = 0x05;
const UTF8_STRING = 0x0c;
const PRINTABLE_STRING = 0x13;

/** One ASN.1 element in DER: its tag, the shortest length and its content. */
export function element(tag: number, ...content: Uint8Array[]): Buffer<ArrayBuffer> {
  const octets = Buffer.concat(content);
  return Buffer.concat([Uint8Array.of(tag), lengthOf(octets.length), octets]);
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

export function sequence(...content: Uint8Array[]): Buffer<ArrayBuffer> {
  return element(tags.sequence, ...content);
}

/** A SET of one, which is all that is written here: more would have to be sorted. */
export function setOf(member: Uint8Array): Buffer<ArrayBuffer> {
  return element(tags.set, member);
}

/** An explicit tag around elements, such as [0]. */
export function explicit(number: number, ...content: Uint8Array[]): Buffer<ArrayBuffer> {
  return element(0xa0 | number, ...content);
}

/** An implicit tag of a primitive type. */
export function implicit(number: number, content: Uint8Array): Buffer<ArrayBuffer> {
  return element(0x80 | number, content);
}

/** A whole number, not negative, in the fewest octets. */
export function integer(value: bigint | number): Buffer<ArrayBuffer> {
  const hex = value.toString(16);
  return unsigned(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
}

/** A whole number, not negative, from its octets. */
export function unsigned(octets: Uint8Array): Buffer<ArrayBuffer> {
  const first = octets.findIndex((octet) => octet !== 0);
  const bare = first === -1 ? Uint8Array.of(0) : octets.subarray(first);
  return element(tags.integer, (bare[0] ?? 0) < 0x80 ? new Uint8Array() : Uint8Array.of(0), bare);
}

export function enumerated(value: number): Buffer<ArrayBuffer> {
  return element(tags.enumerated, Uint8Array.of(value));
}

export function boolean(value: boolean): Buffer<ArrayBuffer> {
  return element(tags.boolean, Uint8Array.of(value ? 0xff : 0));
}

export function nothing(): Buffer<ArrayBuffer> {
  return element(NULL);
}

export function octetString(...content: Uint8Array[]): Buffer<ArrayBuffer> {
  return element(tags.octetString, ...content);
}

/** Whole octets. */
export function bitString(content: Uint8Array): Buffer<ArrayBuffer> {
  return element(tags.bitString, Uint8Array.of(0), content);
}

/** Named bits, counted from the left, without the zeros behind the last one (X.690 §11.2.2). */
export function namedBits(bits: readonly number[]): Buffer<ArrayBuffer> {
  const highest = Math.max(...bits);
  const octets = new Uint8Array(Math.floor(highest / 8) + 1);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return element(tags.bitString, Uint8Array.of(7 - (highest & 7)), octets);
}

export function utf8String(text: string): Buffer<ArrayBuffer> {
  return element(UTF8_STRING, Buffer.from(text));
}

export function printableString(text: string): Buffer<ArrayBuffer> {
  return element(PRINTABLE_STRING, Buffer.from(text, "latin1"));
}

export function objectIdentifier(dotted: string): Buffer<ArrayBuffer> {
  const [first = 0, second = 0, ...arcs] = dotted.split(".").map(Number);
  return element(tags.objectIdentifier, ...[first * 40 + second, ...arcs].map(inSevens));
}

function inSevens(arc: number): Uint8Array {
  const octets = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift(0x80 | (rest % 128));
  return Uint8Array.from(octets);
}

/** RFC 5280 §4.1.2.5: two-digit years from 1950 to 2049, four digits outside. Whole seconds; what lies below is cut off. */
export function time(date: Date): Buffer<ArrayBuffer> {
  const year = date.getUTCFullYear();
  return year >= 1950 && year <= 2049 ? element(tags.utcTime, digitsOf(date).subarray(2)) : generalizedTime(date);
}

/** Four-digit years always, as OCSP writes them. */
export function generalizedTime(date: Date): Buffer<ArrayBuffer> {
  return element(tags.generalizedTime, digitsOf(date));
}

function digitsOf(date: Date): Buffer {
  return Buffer.from(`${date.toISOString().slice(0, 19).replace(/[-:T]/g, "")}Z`);
}
