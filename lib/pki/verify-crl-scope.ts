import { content, type DerElement, readChildren, readElement, tags } from "@/lib/certificates/asn1-element";
import { readGeneralName } from "@/lib/certificates/parse-general-name";
import type { ListScope } from "./verify-crl";

const UNREADABLE = { sentence: "The revocation list's distribution point cannot be read." };

/** What an issuing distribution point (RFC 5280 §5.2.5) says that a list is for; a sentence where the list is of no use. */
export function readScope(value: DerElement | undefined): ListScope | { sentence: string } {
  if (value === undefined) return { only: null, urls: null };
  const sequence = readElement(value.source, value.contentStart, value.contentEnd);
  const parts = sequence?.tag === tags.sequence ? readChildren(sequence) : undefined;
  if (parts === undefined) return UNREADABLE;
  const has = (tag: number) => parts.some((part) => part.tag === tag && content(part).some((octet) => octet !== 0));
  if (has(0x84)) return { sentence: "The revocation list is for certificates of several issuers." };
  if (has(0x83)) return { sentence: "The revocation list names only some reasons of revocation." };
  if (has(0x85)) return { sentence: "The revocation list is for attribute certificates." };
  const only = has(0x81) ? "users" : has(0x82) ? "authorities" : null;
  const point = parts.find(({ tag }) => tag === 0xa0);
  if (point === undefined) return { only, urls: null };
  const [name] = readChildren(point) ?? [];
  // A name relative to the issuer's own stands in no certificate that has an address.
  const names = name?.tag === 0xa0 ? readChildren(name) : undefined;
  if (names === undefined) return UNREADABLE;
  const urls = names.map(readGeneralName).flatMap(({ kind, value: url }) => (kind === "uri" ? [url] : []));
  return { only, urls };
}
