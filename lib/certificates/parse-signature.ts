import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { content, encoding, readChildren } from "./asn1-element";
import type { CertificateReading } from "./parse";

/** A certificate's public key, or undefined where the runtime cannot read it. */
export function readPublicKey(reading: CertificateReading): KeyObject | undefined {
  try {
    return readRsaKey(reading) ?? reading.open().publicKey;
  } catch {
    return undefined;
  }
}

/** An RSA key by itself is read in a tenth of the time that it takes as a part of a certificate. */
function readRsaKey({ isOrdinary, parsed, publicKey }: CertificateReading): KeyObject | undefined {
  if (!isOrdinary || parsed.keyAlgorithm !== "RSA") return undefined;
  const [, key] = readChildren(publicKey) ?? [];
  return key && createPublicKey({ key: content(key).subarray(1), format: "der", type: "pkcs1" });
}

/** The algorithms whose signatures are checked without opening the certificate, which takes longer than the check. */
const algorithms = new Map([
  ["SHA256WithRSA", { hash: "sha256", keyType: "rsa" }],
  ["SHA384WithRSA", { hash: "sha384", keyType: "rsa" }],
  ["SHA512WithRSA", { hash: "sha512", keyType: "rsa" }],
  ["ECDSAWithSHA256", { hash: "sha256", keyType: "ec" }],
  ["ECDSAWithSHA384", { hash: "sha384", keyType: "ec" }],
  ["ECDSAWithSHA512", { hash: "sha512", keyType: "ec" }],
]);

/** Whether a key made a certificate's signature. */
export function isSignedWith(key: KeyObject, { isOrdinary, parsed, root, open }: CertificateReading): boolean {
  const algorithm = algorithms.get(parsed.signatureAlgorithm);
  const [signed, outerAlgorithm, signature] = readChildren(root) ?? [];
  const innerAlgorithm = signed && readChildren(signed)?.find(({ tag }) => tag === outerAlgorithm?.tag);
  const isKnown = isOrdinary && algorithm?.keyType === key.asymmetricKeyType;
  if (!isKnown || !algorithm || !signed || !outerAlgorithm || !innerAlgorithm || !signature) return open().verify(key);
  // Which of two algorithms counts is for openssl to say.
  if (!encoding(innerAlgorithm).equals(encoding(outerAlgorithm))) return open().verify(key);
  return verify(algorithm.hash, encoding(signed), key, content(signature).subarray(1));
}
