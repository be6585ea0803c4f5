import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { CertificateReading } from "@/lib/certificates/parse";
import { makeOcspRequest } from "./verify-ocsp";
import { hasSigned, readSinglePem, serialOctets } from "./verify-subject";

const corpus = path.resolve(import.meta.dirname, "../../../shared/corpus");
const isThere = existsSync(corpus);
if (!isThere) process.stderr.write("THE REAL CERTIFICATES ARE NOT HERE: THEIR ADDRESSES AND ISSUERS ARE NOT READ\n");

function readFolder(folder: string): CertificateReading[] {
  return readdirSync(path.join(corpus, folder)).flatMap(
    (file) => readSinglePem(readFileSync(path.join(corpus, folder, file), "utf8")) ?? [],
  );
}

test.runIf(isThere || process.env.CI === "true")("the addresses and issuers of real certificates are read", () => {
  const readings = ["boulder", "mozilla-roots", "zlint"].flatMap(readFolder);
  expect(readings.length).toBeGreaterThan(1_400);
  const addressed = readings.filter(({ parsed }) => parsed.ocspUrls.length + parsed.crlUrls.length > 0);
  expect(addressed.length).toBeGreaterThan(300);
  const byName = new Map<string, CertificateReading[]>();
  for (const reading of readings) {
    const name = reading.subjectOctets.toString("hex");
    byName.set(name, [...(byName.get(name) ?? []), reading]);
  }
  const pairs = readings.flatMap((certificate) => {
    const issuer = byName.get(certificate.issuerOctets.toString("hex"))?.find((each) => hasSigned(each, certificate));
    return issuer === undefined ? [] : [{ certificate, issuer }];
  });
  const apart = pairs.filter(({ certificate, issuer }) => certificate.parsed.fingerprint !== issuer.parsed.fingerprint);
  expect(pairs.length).toBeGreaterThan(140);
  expect(apart.length).toBeGreaterThan(5);
  for (const subject of pairs) {
    const request = makeOcspRequest(subject);
    expect(request.includes(serialOctets(subject.certificate))).toBe(true);
  }
});
