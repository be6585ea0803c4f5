import { generateKeyPairSync } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { type GeneratedCertificate, generateCertificate } from "./generate";
import { readCertificateFile } from "./parse-file";

let first: GeneratedCertificate;

beforeAll(async () => {
  const dates = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2027-01-01T00:00:00Z") };
  first = await generateCertificate({ subjectCommonName: "first.example", ...dates });
});

function answerTo(bytes: Uint8Array | string): string {
  const reading = readCertificateFile(Buffer.from(bytes));
  return reading.kind === "refused" ? `${reading.reason}: ${reading.sentence}` : reading.kind;
}

const armour = (label: string, der: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString("base64")}\n-----END ${label}-----\n`;

/** A DER element of fewer than 128 octets. */
function element(tag: number, ...parts: Buffer[]): Buffer {
  const inside = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag, inside.length), inside]);
}

describe("a private key refuses the file", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1_024 }).privateKey;
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const ed25519 = generateKeyPairSync("ed25519").privateKey;
  const dsa = generateKeyPairSync("dsa", { modulusLength: 1_024, divisorLength: 160 }).privateKey;
  const locked = { format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "secret" } as const;
  // OpenSSL's own form of a DSA key: a sequence of six numbers.
  const dsaTraditional = element(0x30, ...[0, 7, 5, 2, 3, 1].map((value) => element(0x02, Buffer.of(value))));

  const keys: [string, string | Buffer][] = [
    ["PKCS#8 PEM", rsa.export({ format: "pem", type: "pkcs8" })],
    ["encrypted PKCS#8 PEM", rsa.export(locked)],
    ["PKCS#1 PEM", rsa.export({ format: "pem", type: "pkcs1" })],
    ["encrypted PKCS#1 PEM", rsa.export({ ...locked, type: "pkcs1" })],
    ["SEC 1 PEM", ec.export({ format: "pem", type: "sec1" })],
    ["Ed25519 PEM", ed25519.export({ format: "pem", type: "pkcs8" })],
    ["DSA PEM", armour("DSA PRIVATE KEY", dsa.export({ format: "der", type: "pkcs8" }))],
    ["OpenSSH", armour("OPENSSH PRIVATE KEY", Buffer.from("openssh-key-v1\0"))],
    ["PGP", armour("PGP PRIVATE KEY BLOCK", Buffer.from("key"))],
    ["SSH2", "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nAAAA\n---- END SSH2 ENCRYPTED PRIVATE KEY ----"],
    ["PuTTY", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n"],
    ["a JSON Web Key", JSON.stringify(ec.export({ format: "jwk" }))],
    ["a truncated PEM", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"],
    ["a key under the label CERTIFICATE", armour("CERTIFICATE", rsa.export({ format: "der", type: "pkcs1" }))],
    ["a traditional DSA key under the label CERTIFICATE", armour("CERTIFICATE", dsaTraditional)],
    ["base64 alone", ec.export({ format: "der", type: "pkcs8" }).toString("base64")],
    ["DER PKCS#8", ec.export({ format: "der", type: "pkcs8" })],
    ["DER encrypted PKCS#8", ec.export({ ...locked, format: "der" })],
    ["DER SEC 1", ec.export({ format: "der", type: "sec1" })],
    ["DER PKCS#1", rsa.export({ format: "der", type: "pkcs1" })],
  ];

  test.each(keys)("%s", (_, key) => {
    expect(answerTo(key)).toContain("private_key: ");
    expect(answerTo(key)).toContain("never stored");
  });

  test.each(keys.filter(([, key]) => typeof key === "string"))("%s behind a certificate", (_, key) => {
    if (!key.includes("-----BEGIN")) return;
    expect(answerTo(`${first.pem}\n${key}`)).toContain("private_key: ");
  });

  test("in DER behind a certificate, in the same file or in the same block", () => {
    const both = Buffer.concat([first.der, ec.export({ format: "der", type: "sec1" })]);
    expect(answerTo(both)).toContain("private_key: ");
    expect(answerTo(armour("CERTIFICATE", both))).toContain("private_key: ");
  });

  test("even when a block before it is damaged", () => {
    const key = armour("CERTIFICATE", ec.export({ format: "der", type: "sec1" }));
    expect(answerTo(`${armour("CERTIFICATE", Buffer.from("junk"))}${key}`)).toContain("private_key: ");
  });

  test("in UTF-16", () => {
    const text = `\ufeff${rsa.export({ format: "pem", type: "pkcs8" })}`;
    expect(answerTo(Buffer.from(text, "utf16le"))).toContain("private_key: ");
  });
});
