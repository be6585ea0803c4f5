import { readFile, stat } from "node:fs/promises";
import { fileSentence } from "./walk.mjs";

/** Octets; what the server takes as a body, and more than any file in it. */
const BODY_LIMIT = 10 * 1024 * 1024;

const PRIVATE_KEY = /-----BEGIN ([A-Z0-9 ]{0,40}PRIVATE KEY)-----[^-]*-----END \1-----[ \t]*(?:\r?\n)?/g;
const PARAMETERS = /-----BEGIN EC PARAMETERS-----[^-]*-----END EC PARAMETERS-----[ \t]*(?:\r?\n)?/g;

/** @typedef {{ kind: "read", body: { certificate: string, private_key?: string } } | { kind: "refused", reason: string }} FileReading */

/**
 * Reads a file as the body of an upload. What it says is for the server to judge; here it only becomes PEM, and a private
 * key that stands beside its certificate becomes the field that is for it.
 * @param {string} file
 * @returns {Promise<FileReading>}
 */
export async function readCertificateFile(file) {
  try {
    const { size } = await stat(file);
    return size > BODY_LIMIT ? tooLarge(size) : bodyOf(await readFile(file));
  } catch (error) {
    return refuse(fileSentence(error));
  }
}

/** @param {Buffer} bytes @returns {FileReading} */
export function bodyOf(bytes) {
  if (bytes.length === 0) return refuse("It is empty.");
  const reading = bytes.includes("-----BEGIN") ? readPem(textOf(bytes)) : readDer(bytes);
  if (reading.kind === "refused") return reading;
  const length = Buffer.byteLength(JSON.stringify(reading.body));
  return length > BODY_LIMIT ? tooLarge(length) : reading;
}

function readPem(text) {
  const keys = text.match(PRIVATE_KEY) ?? [];
  if (keys.length === 0) return { kind: "read", body: { certificate: text } };
  const rest = text.replaceAll(PRIVATE_KEY, "").replaceAll(PARAMETERS, "");
  if (!rest.includes("-----BEGIN")) return refuse("It holds a private key and no certificate. Put both into one file.");
  if (keys.length > 1)
    return refuse(`It holds ${keys.length} private keys. Put each into the file of its certificate.`);
  return { kind: "read", body: { certificate: rest, private_key: keys.join("") } };
}

/** Comments between the blocks may be in any encoding. */
function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString("ascii");
  }
}

/** Told apart by the tag behind that of the whole: a certificate holds a sequence, PKCS#7 an identifier, PKCS#12 a number. */
function readDer(bytes) {
  const [outer, length = 0] = bytes;
  const inner = bytes[length < 0x80 ? 2 : 2 + (length & 0x7f)];
  if (outer === 0x30 && inner === 0x30) return { kind: "read", body: { certificate: armour("CERTIFICATE", bytes) } };
  if (outer === 0x30 && inner === 0x06) return { kind: "read", body: { certificate: armour("PKCS7", bytes) } };
  if (outer === 0x30 && inner === 0x02) {
    return refuse(
      "It is PKCS#12 or a private key. Upload it in the console, or convert it with openssl pkcs12 -nodes.",
    );
  }
  return refuse("It holds no certificate: neither PEM nor DER.");
}

function armour(label, bytes) {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function tooLarge(octets) {
  return refuse(
    `It is too large: ${(octets / 1024 / 1024).toFixed(1)} MB, and the server takes ${BODY_LIMIT / 1024 / 1024} MB.`,
  );
}

/** @param {string} reason @returns {FileReading} */
function refuse(reason) {
  return { kind: "refused", reason };
}
