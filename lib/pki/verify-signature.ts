import { constants, type KeyObject, verify } from "node:crypto";
import { content, type DerElement, encoding } from "@/lib/certificates/asn1-element";
import { nameSignatureAlgorithm } from "@/lib/certificates/parse-public-key";

/** What somebody signed, and with what: the outer parts of an answer, of a list or of a certificate. */
export type Signed = { signed: DerElement; algorithm: DerElement; signature: DerElement };

type Way = { hash: string | null; keys: readonly string[]; isPss: boolean };

const ways = new Map<string, Way>([
  ...["256", "384", "512"].flatMap((bits): [string, Way][] => [
    [`SHA${bits}WithRSA`, { hash: `sha${bits}`, keys: ["rsa"], isPss: false }],
    [`SHA${bits}WithRSAPSS`, { hash: `sha${bits}`, keys: ["rsa", "rsa-pss"], isPss: true }],
    [`ECDSAWithSHA${bits}`, { hash: `sha${bits}`, keys: ["ec"], isPss: false }],
  ]),
  ["Ed25519", { hash: null, keys: ["ed25519"], isPss: false }],
  ["Ed448", { hash: null, keys: ["ed448"], isPss: false }],
]);

/** Hashes of which two texts with the same value can be made: whoever has one signed may have the other one too. */
const weak = /MD[25]|SHA1(?!\d)/;

export function isForgeable(signatureAlgorithm: string): boolean {
  return weak.test(signatureAlgorithm);
}

/**
 * Why a signature is not believed, as what follows "it is "; null when `key` made it. Large texts are hashed in another
 * thread.
 */
export async function doubtOfSignature(
  { signed, algorithm, signature }: Signed,
  key: KeyObject,
): Promise<string | null> {
  const name = nameSignatureAlgorithm(algorithm);
  if (isForgeable(name)) return `signed with ${name}, which can be forged`;
  const way = ways.get(name);
  if (way === undefined) return `signed with ${name}, which Certsweep cannot verify`;
  if (!way.keys.includes(key.asymmetricKeyType ?? "")) return "not signed by the key that it should be signed by";
  const octets = content(signature).subarray(1);
  const made = await isMadeBy(way, { key, octets, signed: encoding(signed) });
  return made ? null : "not signed by the key that it should be signed by";
}

function isMadeBy(way: Way, { key, octets, signed }: { key: KeyObject; octets: Buffer; signed: Buffer }) {
  const padding = way.isPss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
    : {};
  return new Promise<boolean>((resolve) => {
    // A signature of a wrong form is an error to openssl, and no signature to whoever asks.
    verify(way.hash, signed, { key, ...padding }, octets, (error, result) => resolve(error === null && result));
  });
}
