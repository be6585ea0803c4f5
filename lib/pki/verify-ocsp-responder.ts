import type { KeyObject } from "node:crypto";
import type { CertificateReading } from "@/lib/certificates/parse";
import { readPublicKey } from "@/lib/certificates/parse-signature";
import { formatDateTimeUtc } from "@/lib/dates/rules";
import { CLOCK_SKEW_MS } from "./verify-judgement";
import type { OcspAnswer } from "./verify-ocsp-answer";
import { isForgeable } from "./verify-signature";
import { hasSigned, readSingle, responderKeyHash, signingKeyOf } from "./verify-subject";

/**
 * Who has to have signed an answer: the issuer, or a responder of its own, to whom it gave a certificate for that purpose
 * (RFC 6960 §4.2.2.2). Whether that certificate was revoked is not asked: it would need an answer of the same kind.
 */
export function findResponder(
  { responder, certificates }: Pick<OcspAnswer, "responder" | "certificates">,
  { issuer, now }: { issuer: CertificateReading; now: Date },
): { key: KeyObject } | { sentence: string } {
  const isNamed = (reading: CertificateReading) =>
    responder.octets.equals(responder.by === "name" ? reading.subjectOctets : responderKeyHash(reading));
  if (isNamed(issuer)) return { key: signingKeyOf(issuer) };
  const named = certificates.flatMap((der) => {
    const reading = readSingle(der);
    return reading !== undefined && isNamed(reading)
      ? [{ reading, doubt: doubtOfResponder(reading, issuer, now) }]
      : [];
  });
  const [first] = named;
  if (first === undefined)
    return {
      sentence: "The OCSP answer is signed by neither the issuer nor a responder whose certificate is with it.",
    };
  const appointed = named.find(({ doubt }) => doubt === null);
  if (appointed === undefined) return { sentence: `The OCSP responder's certificate ${first.doubt}.` };
  return { key: signingKeyOf(appointed.reading) };
}

function doubtOfResponder(responder: CertificateReading, issuer: CertificateReading, now: Date): string | null {
  const { notBefore, notAfter, extendedKeyUsage, signatureAlgorithm } = responder.parsed;
  if (!hasSigned(issuer, responder)) return "is not signed by the issuer";
  if (isForgeable(signatureAlgorithm)) return `is signed with ${signatureAlgorithm}, which can be forged`;
  if (readPublicKey(responder) === undefined) return "has a key that Certsweep cannot read";
  if (!extendedKeyUsage.includes("OCSPSigning")) return "is not made for signing OCSP answers";
  if (notAfter < now) return `expired on ${formatDateTimeUtc(notAfter)}`;
  if (notBefore.getTime() > now.getTime() + CLOCK_SKEW_MS) return `is valid from ${formatDateTimeUtc(notBefore)} only`;
  return null;
}
