import { type DerElement, readChildren, readElement, tags } from "./asn1-element";
import { readObjectIdentifier } from "./asn1-object-identifier";
import { type ExtensionFacts, extensionReaders } from "./parse-extension-values";

/** Reads the extensions of a certificate; the first of a repeated extension counts. Every oddity is said, none refuses. */
export function readExtensions(wrapper: DerElement | undefined, oddities: Set<string>): ExtensionFacts {
  const facts: ExtensionFacts = {
    sans: [],
    keyUsage: [],
    extendedKeyUsage: [],
    isCa: false,
    pathLength: null,
    crlUrls: [],
    ocspUrls: [],
    issuerUrls: [],
    subjectKeyId: null,
    authorityKeyId: null,
  };
  if (wrapper === undefined) return facts;
  const [list] = readChildren(wrapper) ?? [];
  const extensions = list?.tag === tags.sequence ? readChildren(list) : undefined;
  if (extensions === undefined) oddities.add("The extensions cannot be read.");
  const seen = new Set<string>();
  for (const extension of extensions ?? []) readExtension(extension, { facts, seen, oddities });
  return facts;
}

function readExtension(
  extension: DerElement,
  { facts, seen, oddities }: { facts: ExtensionFacts; seen: Set<string>; oddities: Set<string> },
): void {
  const parts = readChildren(extension) ?? [];
  const identifier = readObjectIdentifier(parts[0]);
  const wrapped = parts.at(-1);
  if (identifier === undefined || wrapped?.tag !== tags.octetString) {
    oddities.add("An extension cannot be read.");
    return;
  }
  const known = extensionReaders.get(identifier);
  if (seen.has(identifier)) {
    oddities.add(`The extension ${known?.title ?? identifier} occurs more than once.`);
    return;
  }
  seen.add(identifier);
  if (known === undefined) return;
  const value = readElement(wrapped.source, wrapped.contentStart, wrapped.contentEnd);
  const isWellFormed = value !== undefined && known.read(value, facts) && value.end === wrapped.contentEnd;
  if (!isWellFormed) oddities.add(`The extension ${known.title} is malformed.`);
}
