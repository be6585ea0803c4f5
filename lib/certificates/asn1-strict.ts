import { isUtf8 } from "node:buffer";
import { content, type DerElement, readChildren, tags } from "./asn1-element";

/** The elements inside a constructed element, or undefined when one of them is not in DER: its length not in the shortest form. */
export function readStrictChildren(parent: DerElement | undefined, tag: number): DerElement[] | undefined {
  if (parent?.tag !== tag) return undefined;
  const children = readChildren(parent);
  return children?.every(hasShortestHeader) ? children : undefined;
}

/** Whether tag and length take no octet more than they must, which also rules out indefinite lengths. */
export function hasShortestHeader({ tag, start, contentStart, contentEnd, end }: DerElement): boolean {
  const length = contentEnd - contentStart;
  let header = 2;
  if (length >= 0x80) for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) header += 1;
  return (tag & 0x1f) !== 0x1f && contentStart - start === header && end === contentEnd;
}

/** X.690 §8.3.2: at least one octet, and not nine equal bits in front. */
export function isStrictInteger(element: DerElement | undefined): element is DerElement {
  if (element?.tag !== tags.integer) return false;
  const { source, contentStart, contentEnd } = element;
  const first = source[contentStart];
  if (first === undefined || contentEnd === contentStart) return false;
  const second = source[contentStart + 1] ?? 0;
  return contentEnd - contentStart === 1 || !((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
}

/** X.690 §8.19.2: whole numbers, none with zeros in front. */
export function isStrictIdentifier(element: DerElement | undefined): boolean {
  if (element?.tag !== tags.objectIdentifier) return false;
  const { source, contentStart, contentEnd } = element;
  let isFirst = true;
  for (let position = contentStart; position < contentEnd; position += 1) {
    const octet = source[position] ?? 0;
    if (isFirst && octet === 0x80) return false;
    isFirst = octet < 0x80;
  }
  return isFirst && contentEnd > contentStart;
}

/** A BIT STRING of whole octets. */
export function isOctetAligned(element: DerElement | undefined): element is DerElement {
  return (
    element?.tag === tags.bitString &&
    element.contentEnd > element.contentStart &&
    element.source[element.contentStart] === 0
  );
}

const utf8String = 0x0c;
const printableString = 0x13;
const ia5String = 0x16;

/** A string of a type that any octets suit, or UTF-8 that is some. */
export function isSoundString(element: DerElement | undefined): boolean {
  if (element?.tag === utf8String) return isUtf8(content(element));
  return element?.tag === printableString || element?.tag === ia5String;
}
