import { createHash } from "node:crypto";
import { content, type DerElement, readChildren, readElement, tags } from "@/lib/certificates/asn1-element";
import { readObjectIdentifier } from "@/lib/certificates/asn1-object-identifier";
import { readValidityDate } from "@/lib/certificates/parse-validity-date";
import { readCriticalExtensions } from "./verify-extensions";
import { doubtOfTimes, type Judgement, judgeEntry, readReason, refuseJudgement } from "./verify-judgement";
import { type OcspAnswer, readOcspAnswer } from "./verify-ocsp-answer";
import { findResponder } from "./verify-ocsp-responder";
import { doubtOfSignature } from "./verify-signature";
import { isSameNumber, keyOctets, type Subject, serialOctets } from "./verify-subject";

/**
 * A request for the status of one certificate, as DER (RFC 6960 §4.1.1). It names the certificate with SHA-256, and carries
 * no nonce, since responders answer from a store.
 */
export function makeOcspRequest({ certificate, issuer }: Subject): Buffer {
  const certId = wrap(
    tags.sequence,
    SHA256_IDENTIFIER,
    wrap(tags.octetString, digest("sha256", certificate.issuerOctets)),
    wrap(tags.octetString, digest("sha256", keyOctets(issuer))),
    wrap(tags.integer, serialOctets(certificate)),
  );
  const one = wrap(tags.sequence, certId);
  return wrap(tags.sequence, wrap(tags.sequence, wrap(tags.sequence, one)));
}

/** SEQUENCE { OBJECT IDENTIFIER 2.16.840.1.101.3.4.2.1, NULL }. */
const SHA256_IDENTIFIER = Buffer.from("300d06096086480165030402010500", "hex");

/** One element. Its length takes the fewest octets. */
function wrap(tag: number, ...parts: Uint8Array[]): Buffer {
  const inside = Buffer.concat(parts);
  if (inside.length < 0x80) return Buffer.concat([Buffer.of(tag, inside.length), inside]);
  const digits = inside.length.toString(16);
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  return Buffer.concat([Buffer.of(tag, 0x80 + length.length), length, inside]);
}

/**
 * What a responder's answer says of a certificate at `now`. It is believed only when the issuer signed it, or somebody
 * whom the issuer appointed, when it is about this very certificate, and when it holds now. Never throws for any octets.
 */
export async function judgeOcsp(octets: Uint8Array, subject: Subject, now: Date): Promise<Judgement> {
  const answer = readOcspAnswer(octets);
  if ("sentence" in answer) return refuseJudgement(answer.sentence);
  const status = findStatus(answer, subject);
  if ("sentence" in status) return refuseJudgement(status.sentence);
  const responder = findResponder(answer, { issuer: subject.issuer, now });
  if ("sentence" in responder) return refuseJudgement(responder.sentence);
  const doubt = await doubtOfSignature(answer, responder.key);
  if (doubt !== null) return refuseJudgement(`The OCSP answer is ${doubt}.`);
  if (answer.hasUnknownCritical || readCriticalExtensions(status.extensions).length > 0)
    return refuseJudgement("The OCSP answer has a critical extension that Certsweep does not know.");
  const late = doubtOfTimes(status, now);
  if (late !== null) return refuseJudgement(`The OCSP answer ${late}.`);
  return judgeStatus(status);
}

type Status = {
  state: DerElement;
  thisUpdate: Date;
  nextUpdate: Date | null;
  extensions: DerElement | undefined;
};

const UNREADABLE = { sentence: "The OCSP answer cannot be read." };

/** The part of an answer that is about the certificate. Several are never needed, and the first one counts. */
function findStatus({ responses }: OcspAnswer, subject: Subject): Status | { sentence: string } {
  let mismatch = "The OCSP answer names no certificate.";
  for (const response of responses) {
    const [id, state, thisElement, ...optional] = readChildren(response) ?? [];
    if (!id || !state || thisElement?.tag !== tags.generalizedTime) return UNREADABLE;
    const wrong = mismatchOf(id, subject);
    if (wrong !== null) {
      mismatch = wrong;
      continue;
    }
    const thisUpdate = readValidityDate(thisElement);
    const wrapper = optional.find(({ tag }) => tag === 0xa0);
    const nextElement = wrapper && readElement(wrapper.source, wrapper.contentStart, wrapper.contentEnd);
    const nextUpdate = nextElement === undefined ? null : readValidityDate(nextElement);
    if (thisUpdate === undefined || nextUpdate === undefined || (wrapper && !nextElement)) return UNREADABLE;
    return { state, thisUpdate, nextUpdate, extensions: optional.find(({ tag }) => tag === 0xa1) };
  }
  return { sentence: mismatch };
}

const SHA1 = "1.3.14.3.2.26";

/** Hashes that may name an issuer. */
const idHashes = new Map([
  ["2.16.840.1.101.3.4.2.1", "sha256"],
  ["2.16.840.1.101.3.4.2.2", "sha384"],
  ["2.16.840.1.101.3.4.2.3", "sha512"],
]);

/** Why a CertID does not name the certificate; null when it does. Each hash is made anew, by the algorithm that it names. */
function mismatchOf(id: DerElement, { certificate, issuer }: Subject): string | null {
  const [algorithm, name, key, serial] = readChildren(id) ?? [];
  const [identifier] = (algorithm && readChildren(algorithm)) ?? [];
  if (!name || !key || serial?.tag !== tags.integer) return UNREADABLE.sentence;
  const named = readObjectIdentifier(identifier) ?? "";
  if (named === SHA1) return "The OCSP answer names the certificate with SHA-1, which Certsweep does not trust.";
  const hash = idHashes.get(named);
  if (hash === undefined) return "The OCSP answer names the certificate by a hash that Certsweep does not trust.";
  const isOfIssuer =
    content(name).equals(digest(hash, certificate.issuerOctets)) &&
    content(key).equals(digest(hash, keyOctets(issuer)));
  if (!isOfIssuer) return "The OCSP answer is about a certificate of another issuer.";
  if (!isSameNumber(content(serial), serialOctets(certificate)))
    return "The OCSP answer is about another certificate of this issuer.";
  return null;
}

function judgeStatus({ state, thisUpdate, nextUpdate }: Status): Judgement {
  switch (state.tag) {
    case 0x80:
      return { kind: "good", thisUpdate, nextUpdate };
    case 0xa1: {
      const [time, wrapper] = readChildren(state) ?? [];
      const revokedAt = time && readValidityDate(time);
      if (revokedAt === undefined) return refuseJudgement(UNREADABLE.sentence);
      const reason = readReason(wrapper && readElement(wrapper.source, wrapper.contentStart, wrapper.contentEnd));
      return judgeEntry({ thisUpdate, nextUpdate, revokedAt, reason });
    }
    case 0x82: {
      const sentence = "Its CA's responder does not know this certificate.";
      return { kind: "unknown", thisUpdate, nextUpdate, sentence, isHold: false };
    }
    default:
      return refuseJudgement(UNREADABLE.sentence);
  }
}

function digest(hash: string, octets: Uint8Array): Buffer {
  return createHash(hash).update(octets).digest();
}
