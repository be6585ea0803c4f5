import { Buffer } from "node:buffer";

/** One ASN.1 element inside `source`; every offset counts from the first byte of `source`. */
export type DerElement = {
  source: Uint8Array;
  /** The identifier octet: class, constructed bit and, below 31, the tag number. */
  tag: number;
  start: number;
  contentStart: number;
  contentEnd: number;
  end: number;
};

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

// Deeper than any certificate, shallow enough that hostile nesting cannot exhaust the stack.
const deepestIndefiniteNesting = 32;

/** The element that begins at `start`, or undefined when none ends at or before `limit`. Accepts BER's indefinite lengths. */
export function readElement(source: Uint8Array, start = 0, limit = source.length, depth = 0): DerElement | undefined {
  const tag = source[start];
  if (tag === undefined || start >= limit) return undefined;
  let position = start + 1;
  if ((tag & 0x1f) === 0x1f) {
    while (((source[position] ?? 0) & 0x80) !== 0) position++;
    position++;
  }
  const first = source[position++];
  if (first === undefined || position > limit) return undefined;
  if (first === 0x80) return readIndefinite({ source, tag, start, contentStart: position }, limit, depth);
  let length = first;
  if (first > 0x80) {
    const lengthEnd = position + (first & 0x7f);
    if (lengthEnd > limit) return undefined;
    length = 0;
    while (position < lengthEnd) {
      length = length * 256 + (source[position++] ?? 0);
      if (length > source.length) return undefined;
    }
  }
  const end = position + length;
  if (end > limit) return undefined;
  return { source, tag, start, contentStart: position, contentEnd: end, end };
}

function readIndefinite(
  head: Pick<DerElement, "source" | "tag" | "start" | "contentStart">,
  limit: number,
  depth: number,
): DerElement | undefined {
  if ((head.tag & 0x20) === 0 || depth >= deepestIndefiniteNesting) return undefined;
  let position = head.contentStart;
  while (position + 2 <= limit) {
    if (head.source[position] === 0 && head.source[position + 1] === 0)
      return { ...head, contentEnd: position, end: position + 2 };
    const child = readElement(head.source, position, limit, depth + 1);
    if (child === undefined) return undefined;
    position = child.end;
  }
  return undefined;
}

/** The elements inside a constructed element, or undefined when its content is not a whole number of elements. */
export function readChildren(parent: DerElement): DerElement[] | undefined {
  const children: DerElement[] = [];
  let position = parent.contentStart;
  while (position < parent.contentEnd) {
    const child = readElement(parent.source, position, parent.contentEnd);
    if (child === undefined) return undefined;
    children.push(child);
    position = child.end;
  }
  return children;
}

/** The content octets, as a view without copying. */
export function content(element: DerElement): Buffer {
  return view(element.source, element.contentStart, element.contentEnd);
}

/** Identifier, length and content octets, as a view without copying. */
export function encoding(element: DerElement): Buffer {
  return view(element.source, element.start, element.end);
}

function view(source: Uint8Array, from: number, to: number): Buffer {
  return Buffer.from(source.buffer, source.byteOffset + from, to - from);
}
