import { content, type DerElement, readChildren, tags } from "@/lib/certificates/asn1-element";
import { readObjectIdentifier } from "@/lib/certificates/asn1-object-identifier";

/** An extension of an answer, a list or an entry (RFC 5280 §4.1): `value` is the OCTET STRING around it. */
export type FoundExtension = { identifier: string; isCritical: boolean; value: DerElement };

/** The extensions inside their explicit tag; undefined when they cannot be read. None at all is an empty list. */
export function readExtensionList(wrapper: DerElement | undefined): FoundExtension[] | undefined {
  if (wrapper === undefined) return [];
  const [list, ...more] = readChildren(wrapper) ?? [];
  const elements = list?.tag === tags.sequence && more.length === 0 ? readChildren(list) : undefined;
  const extensions = elements?.map(readExtension);
  return extensions?.every((extension) => extension !== undefined) ? extensions : undefined;
}

function readExtension(element: DerElement): FoundExtension | undefined {
  const [type, flag, ...rest] = readChildren(element) ?? [];
  const identifier = readObjectIdentifier(type);
  const value = rest[0] ?? flag;
  if (identifier === undefined || value?.tag !== tags.octetString || rest.length > 1) return undefined;
  const isCritical = flag?.tag === tags.boolean && content(flag).some((octet) => octet !== 0);
  return { identifier, isCritical, value };
}

/** The critical ones by identifier; "unreadable" where they cannot be read. */
export function readCriticalExtensions(wrapper: DerElement | undefined): string[] {
  const extensions = readExtensionList(wrapper);
  if (extensions === undefined) return ["unreadable"];
  return extensions.filter(({ isCritical }) => isCritical).map(({ identifier }) => identifier);
}
