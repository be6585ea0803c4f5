import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { generateCertificate } from "./generate";

const dates = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2055-06-01T00:00:00Z") };

test("a generated certificate is one that the runtime reads and its issuer verifies", async () => {
  const root = await generateCertificate({ subjectCommonName: "Root", organisation: "Maker", isCa: true, ...dates });
  const leaf = await generateCertificate({
    subjectCommonName: "a.example",
    dnsNames: ["a.example", "*.a.example"],
    ipAddresses: ["192.0.2.1", "2001:db8::1"],
    issuer: root,
    ...dates,
  });
  const read = new X509Certificate(leaf.pem);
  expect(read.verify(new X509Certificate(root.der).publicKey)).toBe(true);
  expect(read.checkIssued(new X509Certificate(root.der))).toBe(true);
  expect(read.issuer).toBe("O=Maker\nCN=Root");
  expect(read.subjectAltName).toBe(
    "DNS:a.example, DNS:*.a.example, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1",
  );
  expect([read.validFrom, read.validTo].map((text) => new Date(text))).toEqual([dates.notBefore, dates.notAfter]);
});

test.each(["EC P-256", "EC P-384", "RSA 2048"] as const)(
  "a certificate with a key of %s signs itself",
  async (keyAlgorithm) => {
    const { der } = await generateCertificate({ subjectCommonName: "self", keyAlgorithm, ...dates });
    const read = new X509Certificate(der);
    expect(read.verify(read.publicKey)).toBe(true);
  },
);

test("two certificates for the same name differ in serial number and key", async () => {
  const first = await generateCertificate({ subjectCommonName: "twin", ...dates });
  const second = await generateCertificate({ subjectCommonName: "twin", ...dates });
  expect(new X509Certificate(first.der).serialNumber).not.toBe(new X509Certificate(second.der).serialNumber);
  expect(first.der.equals(second.der)).toBe(false);
});
