import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { openCertificateFile } from "./file-opening";
import { type GeneratedCertificate, generateCertificate } from "./generate";

let first: GeneratedCertificate;

beforeAll(async () => {
  const dates = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2027-01-01T00:00:00Z") };
  first = await generateCertificate({ subjectCommonName: "first.example", ...dates });
});

const PASSWORD = "pässword";
const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const ed25519 = generateKeyPairSync("ed25519").privateKey;
const dsa = generateKeyPairSync("dsa", { modulusLength: 1_024, divisorLength: 160 }).privateKey;
const x25519 = generateKeyPairSync("x25519").privateKey;
const locked = { format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: PASSWORD } as const;

async function answerTo(bytes: Uint8Array | string, password = ""): Promise<string> {
  const reading = await openCertificateFile(Buffer.from(bytes), password);
  if (reading.kind === "refused") return `${reading.reason}: ${reading.sentence}`;
  const names = reading.groups.map((group) => group.certificate.commonName);
  return [...names, ...reading.keys.map(({ key }) => key.asymmetricKeyType)].join(" ");
}

const armour = (label: string, der: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString("base64")}\n-----END ${label}-----\n`;

/** A DER element of fewer than 128 octets. */
function element(tag: number, ...parts: Buffer[]): Buffer {
  const inside = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag, inside.length), inside]);
}

const der = (key: KeyObject, type: "pkcs8" | "pkcs1" | "sec1") => key.export({ format: "der", type });
const pem = (key: KeyObject, type: "pkcs8" | "pkcs1" | "sec1") => key.export({ format: "pem", type });

describe("a private key is taken", () => {
  test.each<[string, string | Buffer, string]>([
    ["PKCS#8 PEM of RSA", pem(rsa, "pkcs8"), "rsa"],
    ["PKCS#8 PEM of EC", pem(ec, "pkcs8"), "ec"],
    ["PKCS#8 PEM of Ed25519", pem(ed25519, "pkcs8"), "ed25519"],
    ["PKCS#1 PEM", pem(rsa, "pkcs1"), "rsa"],
    ["SEC 1 PEM", pem(ec, "sec1"), "ec"],
    [
      "SEC 1 PEM behind its curve, as openssl writes it",
      `${armour("EC PARAMETERS", Buffer.from("06082a8648ce3d030107", "hex"))}${pem(ec, "sec1")}`,
      "ec",
    ],
    ["base64 alone", der(ec, "pkcs8").toString("base64"), "ec"],
    ["DER PKCS#8", der(ec, "pkcs8"), "ec"],
    ["DER SEC 1", der(ec, "sec1"), "ec"],
    ["DER PKCS#1", der(rsa, "pkcs1"), "rsa"],
    ["UTF-16", Buffer.from(`\ufeff${pem(rsa, "pkcs8")}`, "utf16le"), "rsa"],
  ])("%s", async (_, key, kind) => {
    expect(await answerTo(key)).toBe(kind);
  });

  test("before, between and behind certificates", async () => {
    expect(await answerTo(`${pem(ec, "sec1")}${first.pem}\n${pem(rsa, "pkcs1")}${first.pem}`)).toBe(
      "first.example first.example ec rsa",
    );
    expect(await answerTo(Buffer.concat([first.der, der(ec, "sec1")]))).toBe("first.example ec");
  });

  test.each<[string, string | Buffer]>([
    ["PKCS#8 with AES-256", rsa.export(locked)],
    ["PKCS#8 with AES-128", ec.export({ ...locked, cipher: "aes-128-cbc" })],
    ["PKCS#8 with triple DES", ec.export({ ...locked, cipher: "des-ede3-cbc" })],
    ["PKCS#8 in DER", ec.export({ ...locked, format: "der" })],
    ["PKCS#1 in openssl's old encryption", rsa.export({ ...locked, type: "pkcs1" })],
    ["SEC 1 in openssl's old encryption", ec.export({ ...locked, type: "sec1" })],
  ])("with its password, and without or with a wrong one refused: %s", async (_, key) => {
    expect(await answerTo(key, PASSWORD)).toMatch(/^(rsa|ec)$/);
    expect(await answerTo(key)).toMatch(/^password: This file needs a password\./);
    expect(await answerTo(key, "wrong")).toMatch(/^password: The password does not open this file\./);
  });
});

describe("a private key refuses the file", () => {
  // OpenSSL's own form of a DSA key: a sequence of six numbers.
  const dsaTraditional = element(0x30, ...[0, 7, 5, 2, 3, 1].map((value) => element(0x02, Buffer.of(value))));
  const halved = der(rsa, "pkcs1");

  test.each<[string, string | Buffer]>([
    ["DSA", armour("DSA PRIVATE KEY", der(dsa, "pkcs8"))],
    ["X25519, which cannot sign", pem(x25519, "pkcs8")],
    ["OpenSSH", armour("OPENSSH PRIVATE KEY", Buffer.from("openssh-key-v1\0"))],
    ["PGP", armour("PGP PRIVATE KEY BLOCK", Buffer.from("key"))],
    ["SSH2", "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nAAAA\n---- END SSH2 ENCRYPTED PRIVATE KEY ----"],
    ["PuTTY", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n"],
    ["a JSON Web Key", JSON.stringify(ec.export({ format: "jwk" }))],
    ["a key under the label CERTIFICATE", armour("CERTIFICATE", der(rsa, "pkcs1"))],
    ["a traditional DSA key under the label CERTIFICATE", armour("CERTIFICATE", dsaTraditional)],
    ["a damaged key", armour("RSA PRIVATE KEY", halved.subarray(0, 300))],
    ["nothing under the label of a key", armour("PRIVATE KEY", Buffer.from("nothing"))],
  ])("%s", async (_, key) => {
    expect(await answerTo(key)).toMatch(/^private_key: This file holds a private key .*\.$/);
  });

  test("when it hides behind a certificate in the same block", async () => {
    const both = Buffer.concat([first.der, der(ec, "sec1")]);
    expect(await answerTo(armour("CERTIFICATE", both))).toContain("inside the block of a certificate");
  });

  test("when its public half is another key's", async () => {
    const own = ec.export({ format: "jwk" });
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
    const secret = Buffer.from(own.d ?? "", "base64url");
    const point = Buffer.from(`04${hexOf(other.x)}${hexOf(other.y)}`, "hex");
    const forged = element(
      0x30,
      element(0x02, Buffer.of(1)),
      element(0x04, secret),
      element(0xa0, Buffer.from("06082a8648ce3d030107", "hex")),
      element(0xa1, element(0x03, Buffer.of(0), point)),
    );
    expect(await answerTo(armour("EC PRIVATE KEY", forged))).toContain("private_key: ");
  });

  test("when it is one of more than a hundred", async () => {
    expect(await answerTo(pem(ec, "sec1").toString().repeat(101))).toContain("and more than 99 others");
  });

  /** Encrypted PKCS#8 with a count of rounds. */
  function costly(rounds: number): Buffer {
    const key = der(ec, "pkcs8");
    const count = element(0x02, Buffer.from(rounds.toString(16).padStart(10, "0"), "hex"));
    const parameters = element(0x30, element(0x04, Buffer.alloc(8)), count);
    const derivation = element(0x30, Buffer.from("06092a864886f70d01050c", "hex"), parameters);
    const cipher = element(0x30, Buffer.from("060960864801650304012a", "hex"), element(0x04, Buffer.alloc(16)));
    const scheme = element(0x30, Buffer.from("06092a864886f70d01050d", "hex"), element(0x30, derivation, cipher));
    const body = Buffer.concat([scheme, Buffer.of(0x04, 0x81, key.length), key]);
    return Buffer.concat([Buffer.of(0x30, 0x81, body.length), body]);
  }

  test.each([10_000_001, 2 ** 31 - 1])("when it would take %d rounds to open", async (rounds) => {
    const text = armour("ENCRYPTED PRIVATE KEY", costly(rounds));
    expect(await answerTo(text, PASSWORD)).toContain("10 million rounds");
    const inDisguise = text.replace(
      "\n",
      "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00000000000000000000000000000000\n\n",
    );
    expect(await answerTo(inDisguise, PASSWORD)).toContain("10 million rounds");
    expect(await answerTo(inDisguise.replaceAll("ENCRYPTED PRIVATE", "RSA PRIVATE"), PASSWORD)).toContain("password: ");
  });
});

function hexOf(coordinate: string | undefined): string {
  return Buffer.from(coordinate ?? "", "base64url")
    .toString("hex")
    .padStart(64, "0");
}
