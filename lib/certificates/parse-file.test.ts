import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { FILE_BYTES_LIMIT } from "./file-refusal";
import { type GeneratedCertificate, generateCertificate } from "./generate";
import { readCertificateFile } from "./parse-file";

const dates = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2027-01-01T00:00:00Z") };
let first: GeneratedCertificate;
let second: GeneratedCertificate;

beforeAll(async () => {
  first = await generateCertificate({ subjectCommonName: "first.example", dnsNames: ["first.example"], ...dates });
  second = await generateCertificate({ subjectCommonName: "second.example", ...dates });
});

function namesIn(bytes: Uint8Array | string): (string | null)[] | string {
  const reading = readCertificateFile(Buffer.from(bytes));
  if (reading.kind === "refused") return `${reading.reason}: ${reading.sentence}`;
  return reading.groups.map((group) => group.certificate.commonName);
}

const relabel = (pem: string, label: string) => pem.replaceAll("CERTIFICATE", label);
const armour = (label: string, der: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString("base64")}\n-----END ${label}-----\n`;

/** A DER element of fewer than 128 octets. */
function element(tag: number, ...parts: Buffer[]): Buffer {
  const inside = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag, inside.length), inside]);
}

describe("forms of a certificate file", () => {
  test.each<[string, () => Uint8Array | string]>([
    ["PEM", () => first.pem],
    ["DER", () => first.der],
    ["DER with a final line end", () => Buffer.concat([first.der, Buffer.from("\r\n")])],
    ["CRLF line ends", () => first.pem.replaceAll("\n", "\r\n")],
    ["a UTF-8 byte order mark", () => `\ufeff${first.pem}`],
    ["UTF-16 little endian", () => Buffer.from(`\ufeff${first.pem}`, "utf16le")],
    ["UTF-16 big endian", () => Buffer.from(`\ufeff${first.pem}`, "utf16le").swap16()],
    [
      "text around the block",
      () => `Bag Attributes\n    friendlyName: ünï\nsubject=CN = x\n${first.pem}\nthe end -- BEGIN nothing`,
    ],
    ["an openssl session", () => `0 s:CN = first\n   i:CN = first\n${first.pem}\n---\n`],
    ["the old label X509 CERTIFICATE", () => relabel(first.pem, "X509 CERTIFICATE")],
    [
      "openssl's TRUSTED CERTIFICATE",
      () => armour("TRUSTED CERTIFICATE", Buffer.concat([first.der, Buffer.from("300a06082b06010505070301", "hex")])),
    ],
    ["one line", () => first.pem.replaceAll("\n", " ")],
    ["an indented block", () => first.pem.replaceAll(/^/gm, "    ")],
    ["base64 alone", () => first.der.toString("base64")],
  ])("%s is read", (_, make) => {
    expect(namesIn(make())).toEqual(["first.example"]);
  });

  test("a block is kept exactly as it came", () => {
    const crlf = `${first.pem.replaceAll("\n", "\r\n")}`;
    const reading = readCertificateFile(Buffer.from(`before\r\n${crlf}\r\nafter`));
    expect(reading.kind === "certificates" && reading.groups[0]?.certificate.pem).toBe(crlf);
  });

  test.each<[string, () => Uint8Array | string]>([
    ["DER", () => first.der],
    ["the old label", () => relabel(first.pem, "X509 CERTIFICATE")],
    ["one line", () => first.pem.replaceAll("\n", " ")],
    [
      "octets after the certificate",
      () => armour("CERTIFICATE", Buffer.concat([first.der, Buffer.from("0500", "hex")])),
    ],
  ])("%s is kept as PEM of the usual form", (_, make) => {
    const reading = readCertificateFile(Buffer.from(make()));
    expect(reading.kind === "certificates" && reading.groups[0]?.certificate.pem).toBe(first.pem);
  });

  test("bundles of PEM and of DER give each certificate", () => {
    expect(namesIn(`${first.pem}\n${second.pem}`)).toEqual(["first.example", "second.example"]);
    expect(namesIn(Buffer.concat([first.der, second.der]))).toEqual(["first.example", "second.example"]);
  });
});

describe("what is no certificate is named", () => {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = element(0x30, Buffer.from("06082a8648ce3d040302", "hex"));
  const nothing = element(0x30);
  const signed = (...parts: Buffer[]) => element(0x30, element(0x30, ...parts), algorithm, element(0x03, Buffer.of(0)));
  const request = signed(element(0x02, Buffer.of(0)), nothing, nothing, element(0xa0));
  const revocations = signed(algorithm, nothing, element(0x17, Buffer.from("260101000000Z")));

  test.each<[string, Uint8Array | string, string]>([
    ["an empty file", "", "is empty"],
    ["blank lines", " \r\n\n", "is empty"],
    ["a web page", "<!DOCTYPE html><html></html>", "web page"],
    ["JSON", '{"a":1}', "JSON"],
    ["XML", "<?xml version='1.0'?><a/>", "XML"],
    ["an SSH key", "ssh-ed25519 AAAA me", "SSH key"],
    ["a public key", publicKey.export({ format: "pem", type: "spki" }), "public key"],
    ["a public key in DER", publicKey.export({ format: "der", type: "spki" }), "public key"],
    ["PKCS#7", Buffer.from("300d06092a864886f70d010702a000", "hex"), "PKCS#7"],
    ["PKCS#12", Buffer.from("3012020103300d06092a864886f70d010701a000", "hex"), "PKCS#12"],
    ["an OCSP response", Buffer.from("30070a0100a0023000", "hex"), "OCSP response"],
    ["a request", request, "signing request"],
    ["a revocation list", revocations, "revocation list"],
    ["a Java keystore", Buffer.from("feedfeed00000002", "hex"), "Java keystore"],
    ["a ZIP archive", Buffer.from("504b030400000000", "hex"), "ZIP"],
    ["prose", "Dear CA, please send my certificate.", "holds no certificate"],
    ["DH parameters", armour("DH PARAMETERS", Buffer.from("3006020105020102", "hex")), "Diffie-Hellman"],
  ])("%s", (_, bytes, words) => {
    expect(namesIn(bytes)).toMatch(/^not_a_certificate: /);
    expect(namesIn(bytes)).toContain(words);
  });

  test("beside a certificate it refuses the whole file and says which block", () => {
    const key = publicKey.export({ format: "pem", type: "spki" });
    expect(namesIn(`${first.pem}\n${key}`)).toContain("not_a_certificate: Block 2 of 2 in this file");
  });
});

describe("damage and limits", () => {
  test.each<[string, () => string]>([
    ["a block cut short", () => first.pem.slice(0, 300)],
    ["a missing end", () => `${first.pem.replace(/-----END.*/, "")}${second.pem}`],
    ["a missing beginning", () => first.pem.replace(/-----BEGIN.*/, "")],
    ["a dash too few", () => first.pem.replace("-----BEGIN", "----BEGIN")],
    ["a character that is no base64", () => first.pem.replace("MII", "M?I")],
    ["octets missing inside", () => armour("CERTIFICATE", first.der.subarray(0, 200))],
    ["different labels", () => first.pem.replace("END CERTIFICATE", "END X509 CERTIFICATE")],
  ])("%s refuses the file", (_, make) => {
    expect(namesIn(make())).toContain("unreadable_block: ");
    expect(namesIn(`${second.pem}\n${make()}`)).toContain("unreadable_block: Block 2 of ");
  });

  test("a file of exactly the limit is read, one octet more is too large", () => {
    const padded = `${first.pem}\n`.padEnd(FILE_BYTES_LIMIT, "x");
    expect(namesIn(padded)).toEqual(["first.example"]);
    expect(namesIn(`${padded}x`)).toContain("too_large: ");
  });

  test("a thousand blocks are read, one more is too many", () => {
    const thousand = `${first.pem}\n`.repeat(1_000);
    expect(namesIn(thousand)).toHaveLength(1_000);
    expect(namesIn(`${thousand}${first.pem}`)).toContain("too_many_blocks: ");
    expect(namesIn(Buffer.concat(Array.from({ length: 1_001 }, () => first.der)))).toContain("too_many_blocks: ");
  });

  test.each([
    ["dashes", "-"],
    ["spaces behind dashes", "-- "],
    ["beginnings", "-----BEGIN "],
    ["beginnings with a word", "-----BEGIN A "],
    ["beginnings with blanks", `-BEGIN A${" ".repeat(1_000)}`],
    ["base64", "A"],
    ["nested sequences", "0\x80"],
  ])(
    "ten megabytes of %s are answered soon",
    (_, unit) => {
      const text = unit.repeat(Math.floor(FILE_BYTES_LIMIT / unit.length));
      expect(readCertificateFile(Buffer.from(text, "latin1")).kind).toBe("refused");
    },
    5_000,
  );
});

describe("any bytes", () => {
  const answers = (bytes: Uint8Array) => {
    expect(["certificates", "refused"]).toContain(readCertificateFile(bytes).kind);
  };

  test("are answered", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), answers), { numRuns: 500 });
  });

  test("of a certificate with some changed or cut off are answered, as DER and as PEM", () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
    fc.assert(
      fc.property(changes, fc.nat(), fc.boolean(), (list, cut, isCut) => {
        const der = Buffer.from(first.der);
        for (const [position, octet] of list) der[position % der.length] = octet;
        const bytes = isCut ? der.subarray(0, cut % der.length) : der;
        answers(bytes);
        answers(Buffer.from(armour("CERTIFICATE", bytes)));
      }),
      { numRuns: 1_000 },
    );
  });

  test("never come back in the sentence", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{12,40}$/), (secret) => {
        expect(namesIn(`-----BEGIN ${secret}-----\n${secret}\n-----END ${secret}-----`)).not.toContain(secret);
        expect(namesIn(`{"password":"${secret}"}`)).not.toContain(secret);
      }),
    );
  });
});
