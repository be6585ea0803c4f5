import { content, type DerElement, encoding, readChildren, readElement, tags } from "@/lib/certificates/asn1-element";
import { readObjectIdentifier } from "@/lib/certificates/asn1-object-identifier";
import { readCriticalExtensions } from "./verify-extensions";
import type { Signed } from "./verify-signature";

/** The parts of a BasicOCSPResponse (RFC 6960 §4.2.1) that has yet to be believed. */
export type OcspAnswer = Signed & {
  /** Of the one who signed: the Name or the OCTET STRING, inside its explicit tag. */
  responder: { by: "name" | "key"; octets: Buffer };
  responses: DerElement[];
  /** Certificates that came with it. */
  certificates: Buffer[];
  hasUnknownCritical: boolean;
};

const STATUS_SENTENCES = new Map([
  [1, "The OCSP responder did not understand the request."],
  [2, "The OCSP responder has an error inside."],
  [3, "The OCSP responder is busy and asks to try later."],
  [5, "The OCSP responder wants the request signed."],
  [6, "The OCSP responder does not answer for this certificate."],
]);

const BASIC = "1.3.6.1.5.5.7.48.1.1";
const NONCE = "1.3.6.1.5.5.7.48.1.2";
const CERTIFICATES_LIMIT = 10;
const RESPONSES_LIMIT = 1_000;

const NO_ANSWER = { sentence: "What came is no OCSP answer." };

/** Takes an answer apart; a sentence when it is none, or one without a status. */
export function readOcspAnswer(octets: Uint8Array): OcspAnswer | { sentence: string } {
  const root = readElement(octets);
  const [status, wrapper] = root?.tag === tags.sequence ? (readChildren(root) ?? []) : [];
  if (root?.end !== octets.length || status?.tag !== tags.enumerated) return NO_ANSWER;
  const [code, ...more] = content(status);
  if (code === undefined || more.length > 0) return NO_ANSWER;
  if (code !== 0) return { sentence: STATUS_SENTENCES.get(code) ?? NO_ANSWER.sentence };
  const [type, wrapped] = readChildren(only(wrapper) ?? status) ?? [];
  if (readObjectIdentifier(type) !== BASIC || wrapped?.tag !== tags.octetString)
    return { sentence: "The OCSP answer is of a type that Certsweep does not know." };
  return readBasic(only(wrapped)) ?? NO_ANSWER;
}

/** The one element inside another that fills it. */
function only(wrapper: DerElement | undefined): DerElement | undefined {
  if (wrapper === undefined) return undefined;
  const inside = readElement(wrapper.source, wrapper.contentStart, wrapper.contentEnd);
  return inside?.end === wrapper.contentEnd ? inside : undefined;
}

function readBasic(basic: DerElement | undefined): OcspAnswer | undefined {
  const [signed, algorithm, signature, chain] = (basic && readChildren(basic)) ?? [];
  if (!signed || !algorithm || signature?.tag !== tags.bitString) return undefined;
  const fields = readChildren(signed) ?? [];
  if (fields[0]?.tag === 0xa0) fields.shift();
  const [responderId, , list, extensions] = fields;
  const responder = readResponder(responderId);
  const responses = list?.tag === tags.sequence ? readChildren(list) : undefined;
  if (responder === undefined || responses === undefined || responses.length > RESPONSES_LIMIT) return undefined;
  const certificates = chain === undefined ? [] : readChildren(only(chain) ?? chain);
  if (certificates === undefined) return undefined;
  return {
    ...{ signed, algorithm, signature, responder, responses },
    certificates: certificates.slice(0, CERTIFICATES_LIMIT).map(encoding),
    hasUnknownCritical: readCriticalExtensions(extensions).some((identifier) => identifier !== NONCE),
  };
}

function readResponder(element: DerElement | undefined): OcspAnswer["responder"] | undefined {
  const inside = only(element);
  if (inside === undefined) return undefined;
  if (element?.tag === 0xa1) return { by: "name", octets: encoding(inside) };
  return element?.tag === 0xa2 && inside.tag === tags.octetString ? { by: "key", octets: content(inside) } : undefined;
}
