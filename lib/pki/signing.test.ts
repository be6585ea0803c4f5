import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Openssl, opensslIn } from "@/e2e/openssl";
import { KEY_ALGORITHMS, type KeyAlgorithm } from "@/lib/issuers/rules";
import { readConstraints } from "./constraints";
import { makeKey, publicKeyInfo } from "./keys";
import { readNames } from "./names";
import { makeRequest, openRequest, readRequest } from "./requests";
import { makeIntermediate, makeLeaf, makeRoot, signerOf } from "./signing";

const now = new Date("2026-11-22T12:00:00.750Z");
const DAY = 86_400_000;
const published = {
  crlUrl: "http://ca.example/pki/1/crl",
  ocspUrl: "http://ca.example/pki/1/ocsp",
  issuerUrl: "http://ca.example/pki/1/cert",
};
const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-pki-"));
let openssl: Openssl | null = null;
beforeAll(async () => {
  openssl = await opensslIn(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pemOf = (pem: string) => `${pem}\n`;
const put = (name: string, text: string) => writeFileSync(path.join(folder, name), text);

async function authorities(algorithm: KeyAlgorithm, rootEnds = new Date(now.getTime() + 3_650 * DAY)) {
  const constraints = readConstraints({
    permitted: ["corp.example", "10.0.0.0/8", "2001:db8::/32"],
    excluded: ["secret.corp.example"],
  });
  if ("sentence" in constraints) throw new Error(constraints.sentence);
  const [rootKey, key] = await Promise.all(
    [makeKey(algorithm), makeKey(algorithm)].map(async (made) => createPrivateKey((await made).privateKeyPem)),
  );
  if (rootKey === undefined || key === undefined) throw new Error("no key was made");
  const subject = (commonName: string) => ({ commonName, organisation: "Müller & Söhne", country: "DE" });
  const root = makeRoot({
    ...{ subject: subject("Root"), key: rootKey, pathLength: 1, constraints, now, notAfter: rootEnds },
  });
  const signer = signerOf(root.der, rootKey);
  const intermediate = makeIntermediate({
    ...{ subject: subject("Issuing"), key, pathLength: 0, constraints, now, notAfter: rootEnds, signer, published },
  });
  return { root, intermediate, signer: signerOf(intermediate.der, key) };
}

async function leafOf(signer: ReturnType<typeof signerOf>, texts: string[], days = 90) {
  const { privateKeyPem } = await makeKey("ec_p256");
  const read = readNames(texts);
  if ("sentence" in read) throw new Error(read.sentence);
  const publicKey = publicKeyInfo(createPrivateKey(privateKeyPem));
  const order = { signer, publicKey, keyAlgorithm: "EC P-256", published, now, days };
  return makeLeaf({ ...order, names: read.names, commonName: texts[0] ?? null });
}

describe.each(KEY_ALGORITHMS)("an authority with a key of %s", (algorithm) => {
  test("is one that openssl trusts for the names that it may certify, and for no others", async (context) => {
    if (openssl === null) return context.skip("there is no openssl");
    const { root, intermediate, signer } = await authorities(algorithm);
    put("root.pem", pemOf(root.pem));
    put("chain.pem", pemOf(intermediate.pem));
    const verdict = async (names: string[]) => {
      put("leaf.pem", pemOf((await leafOf(signer, names)).pem));
      const at = Math.floor(now.getTime() / 1_000).toString();
      const said = await openssl?.(
        ...["verify", "-x509_strict", "-attime", at, "-purpose", "sslserver", "-policy_check"],
        ...["-CAfile", "root.pem", "-untrusted", "chain.pem", "leaf.pem"],
      );
      return said?.text ?? "";
    };
    expect(await verdict(["corp.example", "*.corp.example", "10.1.2.3", "2001:db8::7"])).toBe("leaf.pem: OK\n");
    expect(await verdict(["other.example"])).toContain("permitted subtree violation");
    expect(await verdict(["a.secret.corp.example"])).toContain("excluded subtree violation");
    expect(await verdict(["11.0.0.1"])).toContain("permitted subtree violation");
  });
});

test("a leaf says what clients ask of it, and no more", async (context) => {
  if (openssl === null) return context.skip("there is no openssl");
  const { signer } = await authorities("ec_p256");
  const leaf = await leafOf(signer, ["a.corp.example", "10.1.2.3"]);
  put("leaf.pem", pemOf(leaf.pem));
  const { text } = await openssl("x509", "-in", "leaf.pem", "-noout", "-text");
  expect(text).toContain("Version: 3 (0x2)");
  expect(text).toContain("Signature Algorithm: ecdsa-with-SHA256");
  expect(text).toMatch(/X509v3 Basic Constraints: critical\s+CA:FALSE/);
  expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\n/);
  expect(text).toMatch(/X509v3 Extended Key Usage: \s+TLS Web Server Authentication, TLS Web Client Authentication/);
  expect(text).toMatch(/X509v3 Subject Alternative Name: \s+DNS:a\.corp\.example, IP Address:10\.1\.2\.3/);
  expect(text).toContain(`URI:${published.crlUrl}`);
  expect(text).toContain(`OCSP - URI:${published.ocspUrl}`);
  expect(text).toContain(`CA Issuers - URI:${published.issuerUrl}`);
  expect(text).toContain("Subject: CN = a.corp.example\n");
  expect(text.match(/X509v3 (Subject|Authority) Key Identifier/g)).toHaveLength(2);
  expect(text.match(/(?<=^ {12})\S.*(?=:)/gm)?.slice(-8)).toEqual([
    ...["X509v3 Basic Constraints", "X509v3 Key Usage", "X509v3 Extended Key Usage", "X509v3 Subject Key Identifier"],
    ...["X509v3 Authority Key Identifier", "X509v3 CRL Distribution Points", "Authority Information Access"],
    "X509v3 Subject Alternative Name",
  ]);
});

test("a serial number is positive, random, of sixteen octets, and told as parsing tells it", async () => {
  const { signer } = await authorities("ec_p256");
  const leaves = await Promise.all(Array.from({ length: 20 }, () => leafOf(signer, ["a.corp.example"])));
  expect(new Set(leaves.map(({ serialHex }) => serialHex)).size).toBe(20);
  for (const { der, serialHex } of leaves) {
    expect(serialHex).toMatch(/^[4-7][0-9a-f]{31}$/);
    expect(new X509Certificate(der).serialNumber.toLowerCase()).toBe(serialHex);
    expect(signerOf(der, signer.key).reading.parsed).toMatchObject({ serialHex, oddities: [] });
  }
});

test("a leaf is valid for exactly its days, from five minutes ago, and never beyond its authority", async () => {
  const { signer, root } = await authorities("ec_p256");
  const leaf = await leafOf(signer, ["a.corp.example"], 90);
  expect(leaf.notBefore.toISOString()).toBe("2026-11-22T11:55:00.000Z");
  expect(leaf.notAfter.toISOString()).toBe("2027-02-20T11:54:59.000Z");
  const read = new X509Certificate(leaf.der);
  expect([read.validFrom, read.validTo].map((text) => new Date(text))).toEqual([leaf.notBefore, leaf.notAfter]);
  const long = await leafOf(signer, ["a.corp.example"], 36_500);
  expect(long.notAfter).toEqual(root.notAfter);
  expect(new Date(new X509Certificate(long.der).validTo)).toEqual(root.notAfter);
});

test("years from 2050 on are written with four digits, those before with two", async () => {
  const { root } = await authorities("ec_p256", new Date("2050-01-01T00:00:00Z"));
  expect(root.der.includes("20500101000000Z")).toBe(true);
  const { root: earlier } = await authorities("ec_p256", new Date("2049-12-31T23:59:59Z"));
  expect(earlier.der.includes("\u0017\r491231235959Z")).toBe(true);
});

test("a long first name stays out of the subject, and the alternative names are then critical", async () => {
  const { signer } = await authorities("ec_p256");
  const name = `${"a".repeat(60)}.corp.example`;
  const leaf = new X509Certificate((await leafOf(signer, [name])).der);
  expect(leaf.subject).toBeUndefined();
  expect(leaf.subjectAltName).toBe(`DNS:${name}`);
  const read = signerOf(leaf.raw, signer.key).reading.parsed;
  expect(read.commonName).toBeNull();
  // The identifier of the extension with TRUE behind it.
  expect(leaf.raw.includes(Buffer.from("0603551d110101ff", "hex"))).toBe(true);
});

test.each(["ec_p256", "rsa_2048"] as const)(
  "a request that is made here with %s is read here and by openssl",
  async (algorithm) => {
    const { privateKeyPem } = await makeKey(algorithm);
    const made = makeRequest({ privateKeyPem, names: ["A.example", "*.a.example", "::1"], commonName: "a.example" });
    expect(readRequest(made.pem)).toMatchObject({
      ...{ names: ["a.example", "*.a.example", "::1"], commonName: "a.example" },
      keyAlgorithm: algorithm === "ec_p256" ? "EC P-256" : "RSA 2048",
    });
    put("request.pem", made.pem);
    const said = await openssl?.("req", "-in", "request.pem", "-verify", "-noout", "-text");
    if (said === undefined) return;
    expect(said.text).toContain("verify OK");
    expect(said.text).toContain("DNS:a.example, DNS:*.a.example, IP Address:0:0:0:0:0:0:0:1");
  },
);

test("no octet of a request can be changed, cut off or added without it being refused", async () => {
  const { privateKeyPem } = await makeKey("ec_p256");
  const { der } = makeRequest({ privateKeyPem, names: ["a.example"], commonName: null });
  for (let index = 0; index < der.length; index += 1) {
    const forged = Buffer.from(der);
    forged[index] = (forged[index] ?? 0) ^ 0x01;
    expect(openRequest(forged), `octet ${index}`).toHaveProperty("sentence");
    expect(openRequest(der.subarray(0, index))).toHaveProperty("sentence");
  }
  expect(openRequest(Buffer.concat([der, Buffer.of(0)]))).toHaveProperty("sentence");
});
