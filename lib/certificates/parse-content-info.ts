import { Buffer } from "node:buffer";
import { content, type DerElement, readChildren, tags } from "./asn1-element";
import { readObjectIdentifier } from "./asn1-object-identifier";

/** What PKCS#7 and PKCS#12 wrap things in (RFC 5652 §3). */
export const contentTypes = {
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  encryptedData: "1.2.840.113549.1.7.6",
} as const;

/** The type and what is wrapped; undefined when it is no ContentInfo with a content. */
export function readContentInfo(element: DerElement | undefined): { type: string; inner: DerElement } | undefined {
  const [name, wrapper] = (element?.tag === tags.sequence && readChildren(element)) || [];
  const type = readObjectIdentifier(name);
  const [inner] = (wrapper?.tag === 0xa0 && readChildren(wrapper)) || [];
  return type === undefined || inner === undefined ? undefined : { type, inner };
}

/** The octets of an OCTET STRING, or of one with the implicit tag 0; BER may bring them in pieces. */
export function octetsOf(element: DerElement): Buffer | undefined {
  if (element.tag === tags.octetString || element.tag === 0x80) return content(element);
  if (element.tag !== (tags.octetString | 0x20) && element.tag !== 0xa0) return undefined;
  const pieces = readChildren(element);
  if (pieces?.every((piece) => piece.tag === tags.octetString) !== true) return undefined;
  return Buffer.concat(pieces.map(content));
}
