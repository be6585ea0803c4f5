import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { rootCertificates } from "node:tls";
import { expect, test } from "vitest";
import { bodyOf, readCertificateFile } from "./certificate-file.mjs";

const [pem = ""] = rootCertificates;
const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const text = (content) => bodyOf(Buffer.from(content));
const refused = (reason) => ({ kind: "refused", reason: expect.stringMatching(reason) });

test("PEM goes as it is, comments and all", () => {
  const certificate = `# ours, für den Laden\r\n${pem}\n\n`;
  expect(text(certificate)).toEqual({ kind: "read", body: { certificate } });
});

test("a private key beside its certificate becomes the field for it, and leaves the certificate's text", () => {
  const old = key.replaceAll("PRIVATE", "EC PRIVATE");
  const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
  expect(text(`${key}${pem}\n`)).toEqual({ kind: "read", body: { certificate: `${pem}\n`, private_key: key } });
  expect(text(`${pem}\n${parameters}${old}`)).toEqual({
    kind: "read",
    body: { certificate: `${pem}\n`, private_key: old },
  });
  expect(text(key)).toEqual(refused(/a private key and no certificate/));
  expect(text(key + key + pem)).toEqual(refused(/2 private keys/));
});

test("DER becomes PEM: a certificate as such, PKCS#7 as such; PKCS#12 and anything else is refused", () => {
  const reading = bodyOf(der);
  expect(reading.kind).toBe("read");
  expect(reading.body.certificate.replace(/\s/g, "")).toBe(pem.replace(/\s/g, ""));
  const pkcs7 = bodyOf(Buffer.from("300b06092a864886f70d010702", "hex"));
  expect(pkcs7.body.certificate).toMatch(/^-----BEGIN PKCS7-----\n/);
  expect(bodyOf(Buffer.from("3082000502010304", "hex"))).toEqual(refused(/PKCS#12/));
  for (const bytes of [[0], [0x30], [0x30, 0x82], [0x7b, 0x7d], [0x30, 0xff, 0x30]]) {
    expect(bodyOf(Buffer.from(bytes))).toEqual(refused(/neither PEM nor DER/));
  }
});

test("comments in another encoding do not spoil a certificate", () => {
  const { kind, body } = bodyOf(Buffer.concat([Buffer.from([0x23, 0xfc, 0x0a]), Buffer.from(pem)]));
  expect(kind).toBe("read");
  expect(body.certificate.endsWith(pem)).toBe(true);
});

test("an empty file, one that is too large and one that is not there are refused without being sent", async () => {
  expect(bodyOf(Buffer.alloc(0))).toEqual(refused(/empty/));
  expect(text(`${pem}${"\n".repeat(6 * 1024 * 1024)}`)).toEqual(refused(/^It is too large: 12\.0 MB/));
  const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-file-"));
  const huge = path.join(folder, "huge.pem");
  writeFileSync(huge, "");
  truncateSync(huge, 3 * 1024 ** 3);
  expect(await readCertificateFile(huge)).toEqual(
    refused(/^It is too large: 3072\.0 MB, and the server takes 10 MB\.$/),
  );
  expect(await readCertificateFile(path.join(folder, "gone"))).toEqual(refused(/no such file/));
  rmSync(folder, { recursive: true });
});
