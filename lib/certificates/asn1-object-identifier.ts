import { content, type DerElement, tags } from "./asn1-element";

// Real identifiers stay below 40 octets; a longer one is an attack on whoever prints it.
const longestContent = 128;

/** The dotted-decimal form of an OBJECT IDENTIFIER, or undefined when it is none. */
export function readObjectIdentifier(element: DerElement | undefined): string | undefined {
  if (element?.tag !== tags.objectIdentifier) return undefined;
  return decodeObjectIdentifier(content(element));
}

/** The dotted-decimal form of an identifier's content octets, whose first number is 40 times the first arc plus the second. */
export function decodeObjectIdentifier(octets: Uint8Array): string | undefined {
  const last = octets.at(-1);
  if (last === undefined || last >= 0x80 || octets.length > longestContent) return undefined;
  const arcs: (string | number)[] = [];
  let value = 0;
  let large: bigint | undefined;
  for (const octet of octets) {
    if (large === undefined && value >= 2 ** 45) large = BigInt(value);
    if (large === undefined) value = value * 128 + (octet & 0x7f);
    else large = (large << 7n) | BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    if (arcs.length > 0) arcs.push(large?.toString() ?? value);
    else if (large === undefined && value < 80) arcs.push(value < 40 ? 0 : 1, value % 40);
    else arcs.push(2, ((large ?? BigInt(value)) - 80n).toString());
    value = 0;
    large = undefined;
  }
  return arcs.join(".");
}
