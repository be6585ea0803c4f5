import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { rootCertificates } from "node:tls";
import { describe, expect, test } from "vitest";
import type { ParsedCertificate } from "./parse";
import { readCertificateFile } from "./parse-file";

const folder = path.resolve(import.meta.dirname, "../../../shared/corpus");
const isPresent = existsSync(path.join(folder, "expected.tsv"));

type Expectation = { file: string; outcome: string; facts: string };

function readExpectations(): Expectation[] {
  const lines = readFileSync(path.join(folder, "expected.tsv"), "utf8").trim().split("\n").slice(1);
  return lines.map((line) => {
    const [file = "", outcome = "", ...facts] = line.split("\t");
    return { file, outcome, facts: facts.join(" ").trim() };
  });
}

function factsOf({ fingerprint, serial, notBefore, notAfter }: ParsedCertificate): string {
  const dates = [notBefore, notAfter].map((date) => date.toISOString().replace(".000Z", "Z"));
  return [fingerprint, serial, ...dates].join(" ");
}

/** Every string inside a value, however deep; the DER octets are no text. */
function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [];
  return Object.values(value).flatMap(stringsOf);
}

// A NUL, which PostgreSQL text refuses, or half of a surrogate pair, which UTF-8 cannot hold.
const unstorable = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

describe("certificates that nobody here made", () => {
  test("are there, or the absence is said aloud", () => {
    if (isPresent) return;
    if (process.env.CI === "true") throw new Error(`The corpus is missing: ${folder}`);
    process.stderr.write(
      "THE CORPUS IS MISSING: ITS TESTS WERE SKIPPED, THE RUNTIME'S ROOT CERTIFICATES STAND IN FOR IT.\n",
    );
  });

  test("read as the table says: outcome, fingerprint, serial and both dates", () => {
    const expectations = isPresent ? readExpectations() : [];
    const seen = expectations.map(({ file }) => {
      const reading = readCertificateFile(readFileSync(path.join(folder, file)));
      if (reading.kind === "refused") return { file, outcome: "refuse", facts: "" };
      const [group, ...others] = reading.groups;
      expect(others).toEqual([]);
      return { file, outcome: "accept", facts: group === undefined ? "" : factsOf(group.certificate) };
    });
    expect(seen).toEqual(expectations);
  });

  test.each([
    ["zlint/00542-generalizedNoFraction.pem", "bad_dates"],
    ["zlint/00726-ocspThisUpdateAfterProducedAt.der.pem", "not_a_certificate"],
    ["zlint/00727-ocspThisUpdateNotAfterProducedAt.der.pem", "not_a_certificate"],
    ["boulder/00022-test-key-5.der.pem", "private_key"],
  ])("%s is refused as %s", (file, reason) => {
    if (!isPresent) return;
    expect(readCertificateFile(readFileSync(path.join(folder, file)))).toMatchObject({ kind: "refused", reason });
  });

  test("no text of theirs is unfit for the database", () => {
    const files = isPresent
      ? readExpectations().map(({ file }) => readFileSync(path.join(folder, file)))
      : rootCertificates.map((pem) => Buffer.from(pem));
    const unfit = files.flatMap((bytes) =>
      stringsOf(readCertificateFile(bytes)).filter((text) => unstorable.test(text)),
    );
    expect(unfit).toEqual([]);
  });

  test("the runtime's own root certificates all come apart from one bundle", () => {
    const reading = readCertificateFile(Buffer.from(rootCertificates.join("\n")));
    expect(reading.kind === "certificates" && reading.groups.map((group) => group.certificate.pem)).toEqual(
      rootCertificates,
    );
  });
});
