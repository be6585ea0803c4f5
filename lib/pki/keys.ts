import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, generateKeyPair, hash, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import { content, readChildren, readElement } from "@/lib/certificates/asn1-element";
import type { KeyAlgorithm } from "@/lib/issuers/rules";
import { nothing, objectIdentifier, sequence } from "./der";

const RSA_BITS = { rsa_2048: 2_048, rsa_3072: 3_072, rsa_4096: 4_096 } as const;
const RSA_LEAST_BITS = 2_048;
// What verifies a longer one takes long, and there are none in use.
const RSA_MOST_BITS = 8_192;
const RSA_LEAST_EXPONENT = 65_537n;

const CURVES = new Map([
  ["prime256v1", { name: "EC P-256", hash: "sha256", signature: "1.2.840.10045.4.3.2" }],
  ["secp384r1", { name: "EC P-384", hash: "sha384", signature: "1.2.840.10045.4.3.3" }],
  ["secp521r1", { name: "EC P-521", hash: "sha512", signature: "1.2.840.10045.4.3.4" }],
] as const);

const newKeyPair = promisify(generateKeyPair);

/** Makes a private key, as PKCS#8 in PEM with a final newline, unencrypted. */
export async function makeKey(algorithm: KeyAlgorithm): Promise<{ privateKeyPem: string }> {
  const { privateKey } =
    algorithm === "ec_p256"
      ? await newKeyPair("ec", { namedCurve: "P-256" })
      : await newKeyPair("rsa", { modulusLength: RSA_BITS[algorithm] });
  return { privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

/** PKCS#8 in DER, unencrypted: the form in which keys are sealed. Wipe it after use. */
export function keyOctets(key: KeyObject): Buffer {
  return key.export({ type: "pkcs8", format: "der" });
}

/** The key in PKCS#8 that was sealed. */
export function openKey(octets: Buffer): KeyObject {
  return createPrivateKey({ key: octets, format: "der", type: "pkcs8" });
}

/** The SubjectPublicKeyInfo of a key, private or public, in DER. */
export function publicKeyInfo(key: KeyObject): Buffer {
  return (key.type === "public" ? key : createPublicKey(key)).export({ type: "spki", format: "der" });
}

/** RFC 5280 §4.2.1.2, method 1: SHA-1 of the octets of the public key. */
export function keyIdOf(info: Uint8Array): Buffer {
  return Buffer.from(hash("sha1", publicKeyOctets(info)), "hex");
}

/** What the BIT STRING of a SubjectPublicKeyInfo wraps. */
export function publicKeyOctets(info: Uint8Array): Buffer {
  const root = readElement(info);
  const [, key] = (root && readChildren(root)) ?? [];
  if (key === undefined) throw new Error("a public key has no octets");
  return content(key).subarray(1);
}

/** What a key is called here ("RSA 2048", "EC P-256"), or a sentence about why nothing is certified for it. */
export function judgeKey(key: KeyObject): { name: string } | { sentence: string } {
  const { modulusLength = 0, publicExponent = 0n, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case "rsa":
      if (modulusLength < RSA_LEAST_BITS)
        return { sentence: `Its RSA key of ${modulusLength} bits is too weak. Make one of 2,048 bits or more.` };
      if (modulusLength > RSA_MOST_BITS)
        return { sentence: `Its RSA key of ${modulusLength} bits is longer than the 8,192 bits that are taken.` };
      if (publicExponent < RSA_LEAST_EXPONENT || publicExponent % 2n === 0n)
        return { sentence: "Its RSA key has a weak public exponent. Make one with the exponent 65537." };
      return { name: `RSA ${modulusLength}` };
    case "ec": {
      const curve = curveOf(namedCurve);
      return curve === undefined
        ? { sentence: "Its key is on a curve that is not taken. Make one on P-256, P-384 or P-521." }
        : { name: curve.name };
    }
    default:
      return { sentence: "Its key is of a kind that is not taken. Make an RSA key or an EC key." };
  }
}

/** Signs octets with the hash that belongs to the key. */
export function signWith(key: KeyObject, octets: Uint8Array): Buffer {
  return sign(algorithmOf(key).hash, octets, key);
}

/** The AlgorithmIdentifier of the signatures that `signWith` makes, in DER. */
export function signatureAlgorithm(key: KeyObject): Buffer {
  return algorithmOf(key).identifier;
}

function algorithmOf(key: KeyObject): { hash: string; identifier: Buffer } {
  if (key.asymmetricKeyType === "rsa")
    return { hash: "sha256", identifier: sequence(objectIdentifier("1.2.840.113549.1.1.11"), nothing()) };
  const curve = curveOf(key.asymmetricKeyDetails?.namedCurve ?? "");
  if (curve === undefined) throw new Error("a key of this kind signs nothing here");
  return { hash: curve.hash, identifier: sequence(objectIdentifier(curve.signature)) };
}

function curveOf(name: string) {
  for (const [known, curve] of CURVES) if (known === name) return curve;
  return undefined;
}
