import { rootCertificates } from "node:tls";
import { beforeAll, describe, expect, test } from "vitest";
import { type GeneratedCertificate, generateCertificate } from "./generate";
import { readCertificateFile } from "./parse-file";

const dates = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2027-01-01T00:00:00Z") };
const made = new Map<string, GeneratedCertificate>();

beforeAll(async () => {
  const make = async (name: string, issuerName?: string) => {
    const issuer = issuerName === undefined ? undefined : made.get(issuerName);
    const common = { subjectCommonName: name.replace(/\d+$/, ""), isCa: !name.startsWith("leaf"), ...dates };
    made.set(name, await generateCertificate(issuer === undefined ? common : { ...common, issuer }));
  };
  await make("root");
  await make("between", "root");
  await make("leaf", "between");
  await make("leaf2", "between");
  // The same name as "root", another key.
  await make("root2");
});

/** The groups of a file made of these certificates, each written as its names joined by ">". */
function groupsOf(...names: string[]): string[] {
  const pems = names.map((name) => made.get(name)?.pem ?? "");
  const reading = readCertificateFile(Buffer.from(pems.join("\n")));
  if (reading.kind === "refused") return [reading.reason];
  const nameOf = new Map([...made].map(([name, { pem }]) => [pem, name]));
  return reading.groups.map(({ certificate, chain }) =>
    [certificate, ...chain].map(({ pem }) => nameOf.get(pem)).join(">"),
  );
}

describe("blocks of one file", () => {
  test.each<[string, string[], string[]]>([
    ["leaf first makes one certificate with its chain", ["leaf", "between", "root"], ["leaf>between>root"]],
    ["root first makes each its own", ["root", "between", "leaf"], ["root", "between", "leaf"]],
    [
      "two chains in one file stay apart",
      ["leaf", "between", "leaf2", "between", "root"],
      ["leaf>between", "leaf2>between>root"],
    ],
    ["a gap breaks the chain", ["leaf", "root"], ["leaf", "root"]],
    ["siblings do not certify each other", ["leaf", "leaf2"], ["leaf", "leaf2"]],
    ["a self-signed certificate does not continue itself", ["root", "root"], ["root", "root"]],
    ["the same name with another key does not certify", ["between", "root2"], ["between", "root2"]],
    ["nothing follows a root", ["between", "root", "root2"], ["between>root", "root2"]],
  ])("%s", (_, names, groups) => {
    expect(groupsOf(...names)).toEqual(groups);
  });

  test("a thousand roots are a thousand certificates, and soon read", () => {
    const blocks = Array.from({ length: 1_000 }, (_, index) => rootCertificates[index % rootCertificates.length]);
    const reading = readCertificateFile(Buffer.from(blocks.join("\n")));
    expect(reading.kind === "certificates" && reading.groups.length).toBe(1_000);
  }, 10_000);
});
