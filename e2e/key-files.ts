import { Buffer } from "node:buffer";
import { createCipheriv, createHash, createHmac, type KeyObject, pbkdf2Sync, randomBytes } from "node:crypto";

/** DER of tag, length and content. */
export function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = Buffer.from(
    content.length
      .toString(16)
      .padStart(8, "0")
      .replace(/^(?:00)+/, ""),
    "hex",
  );
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

/** DER of an object identifier whose first two numbers make one octet. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const octets = rest.flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...octets]));
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const octets = (value: Buffer) => der(0x04, value);
const explicit = (...parts: Buffer[]) => der(0xa0, ...parts);
const number = (value: number) => der(0x02, Buffer.from(value.toString(16).padStart(8, "0"), "hex"));

const DATA = oid("1.2.840.113549.1.7.1");
const SIGNED_DATA = oid("1.2.840.113549.1.7.2");
const ENCRYPTED_DATA = oid("1.2.840.113549.1.7.6");
const bag = (number: number) => oid(`1.2.840.113549.1.12.10.1.${number}`);
const SHA256 = oid("2.16.840.1.101.3.4.2.1");

/** A PKCS#7 bundle of certificates (DER), as `openssl crl2pkcs7` makes it. */
export function makePkcs7(certificates: Buffer[]): Buffer {
  const signed = sequence(number(1), der(0x31), sequence(DATA), explicit(...certificates), der(0x31));
  return sequence(SIGNED_DATA, explicit(signed));
}

type Pkcs12Order = {
  certificates: Buffer[];
  key: KeyObject | null;
  password: string;
  /** Of the certificates' encryption. */
  rounds?: number;
  /** Of the check over all; 0 leaves it out. */
  checkRounds?: number;
};

/** A modern PKCS#12 file: AES-256 with PBKDF2, and a check with SHA-256. */
export function makePkcs12({ certificates, key, password, rounds = 2_048, checkRounds = 2_048 }: Pkcs12Order): Buffer {
  const x509 = oid("1.2.840.113549.1.9.22.1");
  const certificateBags = certificates.map((certificate) =>
    sequence(bag(3), explicit(sequence(x509, explicit(octets(certificate))))),
  );
  const safes = [encryptedSafe(sequence(...certificateBags), password, rounds)];
  if (key !== null) {
    const locked = key.export({ type: "pkcs8", format: "der", cipher: "aes-256-cbc", passphrase: password });
    safes.push(sequence(DATA, explicit(octets(sequence(sequence(bag(2), explicit(locked)))))));
  }
  const all = sequence(...safes);
  const check = checkRounds === 0 ? [] : [checkOf(all, password, checkRounds)];
  return sequence(number(3), sequence(DATA, explicit(octets(all))), ...check);
}

function encryptedSafe(bags: Buffer, password: string, rounds: number): Buffer {
  const [salt, vector] = [randomBytes(16), randomBytes(16)];
  // What nobody should wait for is not really derived.
  const secret = pbkdf2Sync(password, salt, Math.min(rounds, 10_000), 32, "sha256");
  const cipher = createCipheriv("aes-256-cbc", secret, vector);
  const box = Buffer.concat([cipher.update(bags), cipher.final()]);
  const hmac = sequence(oid("1.2.840.113549.2.9"), Buffer.of(0x05, 0x00));
  const derivation = sequence(oid("1.2.840.113549.1.5.12"), sequence(octets(salt), number(rounds), hmac));
  const encryption = sequence(oid("2.16.840.1.101.3.4.1.42"), octets(vector));
  const algorithm = sequence(oid("1.2.840.113549.1.5.13"), sequence(derivation, encryption));
  const content = sequence(DATA, algorithm, der(0x80, box));
  return sequence(ENCRYPTED_DATA, explicit(sequence(number(0), content)));
}

function checkOf(covered: Buffer, password: string, rounds: number): Buffer {
  const salt = randomBytes(16);
  const secret = Buffer.from(`${password}\0`, "utf16le").swap16();
  const fill = (value: Buffer) => Buffer.alloc(Math.ceil(value.length / 64) * 64, value);
  let key: Buffer = Buffer.concat([Buffer.alloc(64, 3), fill(salt), fill(secret)]);
  for (let round = 0; round < Math.min(rounds, 10_000); round += 1) key = createHash("sha256").update(key).digest();
  const digest = createHmac("sha256", key).update(covered).digest();
  return sequence(sequence(sequence(SHA256, Buffer.of(0x05, 0x00)), octets(digest)), octets(salt), number(rounds));
}
