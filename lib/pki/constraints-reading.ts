import type { Buffer } from "node:buffer";
import { content, type DerElement, readChildren, readElement, tags } from "@/lib/certificates/asn1-element";
import { readObjectIdentifier } from "@/lib/certificates/asn1-object-identifier";
import { formatAddress } from "@/lib/certificates/parse-general-name";
import { type NameConstraints, NO_CONSTRAINTS } from "./constraints";

const NAME_CONSTRAINTS = "2.5.29.30";
const DNS = 0x82;
const ADDRESS = 0x87;
/** Mail and web addresses: no certificate that is issued here has any. */
const NEVER_ISSUED = [0x81, 0x86];

/**
 * The name constraints of an authority's certificate, in DER. Null where they cannot be enforced here: because they speak
 * of directory names, or cannot be read.
 */
export function constraintsOf(certificate: Uint8Array): NameConstraints | null {
  const value = extensionValue(certificate, NAME_CONSTRAINTS);
  if (value === undefined) return NO_CONSTRAINTS;
  const lists = value === null || value.tag !== tags.sequence ? undefined : readChildren(value);
  if (lists === undefined) return null;
  const constraints: NameConstraints = { permittedDns: [], permittedIps: [], excludedDns: [], excludedIps: [] };
  for (const list of lists) {
    const which = list.tag === 0xa0 ? "permitted" : list.tag === 0xa1 ? "excluded" : null;
    const subtrees = readChildren(list);
    if (which === null || subtrees === undefined) return null;
    for (const subtree of subtrees) {
      const [base, ...distances] = readChildren(subtree) ?? [];
      if (base === undefined || distances.length > 0) return null;
      if (NEVER_ISSUED.includes(base.tag)) continue;
      const read = readBase(base);
      if (read === null) return null;
      constraints[`${which}${read.kind}`].push(read.value);
    }
  }
  return constraints;
}

function readBase(base: DerElement): { kind: "Dns" | "Ips"; value: string } | null {
  const octets = content(base);
  // Some write a domain with a dot in front; the standard has none, and means the domain itself too.
  if (base.tag === DNS) return { kind: "Dns", value: octets.toString("latin1").toLowerCase().replace(/^\./, "") };
  const network = base.tag === ADDRESS ? networkOf(octets) : null;
  return network === null ? null : { kind: "Ips", value: network };
}

/** An address and its mask, as "10.0.0.0/8"; null where the mask has holes. */
function networkOf(octets: Buffer): string | null {
  const half = octets.length / 2;
  const address = formatAddress(octets.subarray(0, half));
  const mask = [...octets.subarray(half)].map((octet) => octet.toString(2).padStart(8, "0")).join("");
  if (address === undefined || !/^1*0*$/.test(mask)) return null;
  return `${address}/${mask.indexOf("0") === -1 ? mask.length : mask.indexOf("0")}`;
}

/** What an extension wraps; undefined where there is none, null where it cannot be read. */
function extensionValue(certificate: Uint8Array, wanted: string): DerElement | null | undefined {
  const root = readElement(certificate);
  const [signed] = (root && readChildren(root)) ?? [];
  const wrapper = ((signed && readChildren(signed)) ?? []).find(({ tag }) => tag === 0xa3);
  const [list] = (wrapper && readChildren(wrapper)) ?? [];
  for (const extension of (list && readChildren(list)) ?? []) {
    const parts = readChildren(extension) ?? [];
    const wrapped = parts.at(-1);
    if (readObjectIdentifier(parts[0]) !== wanted || wrapped === undefined) continue;
    return readElement(wrapped.source, wrapped.contentStart, wrapped.contentEnd) ?? null;
  }
  return undefined;
}
