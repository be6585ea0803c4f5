import type { DerStructure } from "./asn1-structure";
import { nameOf, type Place, type Refusal, refuse, refuseUnreadable } from "./file-refusal";

const structures = {
  certificate_request: "a certificate signing request. Upload the certificate that the CA issued for it",
  revocation_list: "a certificate revocation list (CRL). Upload the certificates themselves",
  public_key: "a bare public key. Upload the certificate that holds it",
  pkcs7: "a PKCS#7 message without certificates. Upload the certificates themselves",
  pkcs12: "a PKCS#12 file written as text, or together with something else. Upload the .p12 or .pfx file itself",
  ocsp_response: "an OCSP response. Upload the certificate that it speaks of",
  unknown: "something else. Upload X.509 certificates as PEM or DER",
} as const;

/** Refuses a structure that is no certificate, and says what it is. */
export function refuseStructure(
  structure: Exclude<DerStructure, "certificate" | "private_key">,
  place: Place,
): Refusal {
  return refuse("not_a_certificate", `${nameOf(place)} is not a certificate but ${structures[structure]}.`);
}

// What the label of a PEM block promises, for blocks whose content alone does not tell.
const labels = new Map([
  ["PGP PUBLIC KEY BLOCK", "a PGP key"],
  ["PGP MESSAGE", "a PGP message"],
  ["PGP SIGNATURE", "a PGP signature"],
  ["DH PARAMETERS", "Diffie-Hellman parameters"],
  ["EC PARAMETERS", "curve parameters"],
  ["ATTRIBUTE CERTIFICATE", "an attribute certificate"],
]);

/** Refuses a PEM block by its label, when the label is one that is known to mean something else. */
export function refuseLabel(label: string, place: Place): Refusal | undefined {
  const title = labels.get(label);
  if (title === undefined) return undefined;
  return refuse(
    "not_a_certificate",
    `${nameOf(place)} is not a certificate but ${title}. Remove it and upload the rest.`,
  );
}

const magics = [
  { start: "feedfeed", title: "a Java keystore. Export the certificate with: keytool -exportcert -rfc" },
  { start: "cececece", title: "a Java keystore. Export the certificate with: keytool -exportcert -rfc" },
  { start: "504b0304", title: "a ZIP archive. Unpack it and upload the certificates inside" },
  { start: "1f8b", title: "a compressed file. Unpack it and upload the certificates inside" },
  { start: "25504446", title: "a PDF document. Upload the certificate itself" },
  { start: "89504e47", title: "a picture. Upload the certificate itself" },
  { start: "ffd8ff", title: "a picture. Upload the certificate itself" },
] as const;

const textual = [
  { start: /^<(?:!doctype html|html)/i, title: "a web page. Download the certificate file itself" },
  { start: /^(?:<\?xml|<[a-z])/i, title: "an XML document. Upload the certificate as PEM or DER" },
  { start: /^[{[]/, title: "a JSON document. Upload the certificate as PEM or DER" },
  { start: /^(?:ssh-|ecdsa-sha2-|sk-)/, title: "an SSH key. Upload an X.509 certificate" },
] as const;

/** Refuses a file without any certificate in it, naming what it looks like. */
export function refuseFile(bytes: Uint8Array, text: string): Refusal {
  const trimmed = text.slice(0, 1_000).trimStart();
  if (trimmed === "")
    return refuse("not_a_certificate", "This file is empty. Choose the file that holds the certificate.");
  const start = Buffer.from(bytes.subarray(0, 8)).toString("hex");
  const found =
    magics.find((magic) => start.startsWith(magic.start)) ?? textual.find((pattern) => pattern.start.test(trimmed));
  if (found !== undefined) return refuse("not_a_certificate", `This file is not a certificate but ${found.title}.`);
  if (bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80) return refuseUnreadable({ block: 1, blocks: 1 });
  return refuse(
    "not_a_certificate",
    "This file holds no certificate. Upload PEM (it begins with “-----BEGIN CERTIFICATE-----”) or DER.",
  );
}
