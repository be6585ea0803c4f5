import { content, type DerElement, tags } from "./asn1-element";

// Real identifiers stay below 40 octets; a longer one is an attack on whoever prints it.
const longestContent = 128;

/** The dotted-decimal form of an OBJECT IDENTIFIER, or undefined when it is none. */
export function readObjectIdentifier(element: DerElement | undefined): string | undefined {
  if (element?.tag !== tags.objectIdentifier) return undefined;
  return decodeObjectIdentifier(content(element));
}

/** The dotted-decimal form of an identifier's content octets. */
export function decodeObjectIdentifier(octets: Uint8Array): string | undefined {
  const last = octets.at(-1);
  if (last === undefined || last >= 0x80 || octets.length > longestContent) return undefined;
  const arcs: string[] = [];
  let value = 0;
  let large: bigint | undefined;
  for (const octet of octets) {
    if (large === undefined && value >= 2 ** 45) large = BigInt(value);
    if (large === undefined) value = value * 128 + (octet & 0x7f);
    else large = (large << 7n) | BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    arcs.push(...(arcs.length === 0 ? firstTwoArcs(large ?? BigInt(value)) : [(large ?? value).toString()]));
    value = 0;
    large = undefined;
  }
  return arcs.join(".");
}

/** X.660 folds the first two arcs into one number: 40 times the first plus the second. */
function firstTwoArcs(folded: bigint): [string, string] {
  if (folded < 40n) return ["0", folded.toString()];
  if (folded < 80n) return ["1", (folded - 40n).toString()];
  return ["2", (folded - 80n).toString()];
}
