import { Buffer } from "node:buffer";
import { beforeAll, describe, expect, test } from "vitest";
import { readElement } from "./asn1-element";
import { type GeneratedCertificate, generateCertificate } from "./generate";
import { type CertificateReading, parseCertificate } from "./parse";
import { isSignedWith, readPublicKey } from "./parse-signature";

const dates = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2027-01-01T00:00:00Z") };
const kinds = ["RSA 2048", "EC P-256"] as const;
const issuers = new Map<string, GeneratedCertificate>();
const leaves = new Map<string, Buffer>();

beforeAll(async () => {
  for (const keyAlgorithm of kinds) {
    for (const name of [keyAlgorithm, `another ${keyAlgorithm}`]) {
      const issuer = await generateCertificate({ subjectCommonName: "CA", isCa: true, keyAlgorithm, ...dates });
      const leaf = await generateCertificate({ subjectCommonName: "leaf", issuer, keyAlgorithm: "EC P-256", ...dates });
      issuers.set(name, issuer);
      leaves.set(name, leaf.der);
    }
  }
});

function read(der: Buffer | undefined): CertificateReading {
  const root = readElement(der ?? Buffer.alloc(0));
  const reading = root && parseCertificate(root, "", { block: 1, blocks: 1 });
  if (reading?.kind !== "certificate") throw new Error("this is no certificate");
  return reading;
}

/** What is found, and what openssl finds in the whole certificates. */
function verdicts(issuer: CertificateReading, subject: CertificateReading): [boolean, boolean] {
  const key = readPublicKey(issuer);
  return [key !== undefined && isSignedWith(key, subject), subject.open().verify(issuer.open().publicKey)];
}

const pairs = kinds.flatMap((issuer) =>
  [...kinds.flatMap((kind) => [kind, `another ${kind}`])].map((leaf) => [issuer, leaf]),
);

describe("the signature of a certificate", () => {
  test.each(pairs)("with the key of %s, of one signed by %s, is judged as openssl does", (issuer = "", leaf = "") => {
    const [found, wanted] = verdicts(read(issuers.get(issuer)?.der), read(leaves.get(leaf)));
    expect(found).toBe(wanted);
    expect(found).toBe(issuer === leaf);
  });

  test.each(kinds)("by %s does not hold once an octet of the certificate has changed", (kind) => {
    const issuer = read(issuers.get(kind)?.der);
    const der = leaves.get(kind) ?? Buffer.alloc(0);
    const places = [der.indexOf("leaf"), der.length - 1, der.length - 40];
    for (const place of places) {
      const changed = Buffer.from(der);
      changed[place] = (changed[place] ?? 0) ^ 1;
      expect(verdicts(issuer, read(changed))).toEqual([false, false]);
    }
  });

  test.each(kinds)("by %s does not hold where two algorithms are named", (kind) => {
    const der = Buffer.from(leaves.get(kind) ?? "");
    const name = Buffer.from(kind === "RSA 2048" ? "2a864886f70d01010b" : "2a8648ce3d040302", "hex");
    // SHA-384 in place of SHA-256, outside what is signed.
    der[der.lastIndexOf(name) + name.length - 1] = kind === "RSA 2048" ? 0x0c : 0x03;
    expect(verdicts(read(issuers.get(kind)?.der), read(der))).toEqual([false, false]);
  });
});
