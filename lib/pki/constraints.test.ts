import { expect, test } from "vitest";
import { type NameConstraints, readConstraints, refusedByConstraints } from "./constraints";
import { readNames } from "./names";

const NONE: NameConstraints = { permittedDns: [], permittedIps: [], excludedDns: [], excludedIps: [] };

function letsThrough(given: Partial<NameConstraints>, name: string): boolean {
  const constraints = readConstraints({ ...NONE, ...given });
  const read = readNames([name]);
  if ("sentence" in constraints || "sentence" in read) throw new Error("the test's own input is refused");
  return refusedByConstraints(read.names, constraints) === null;
}

test.each([
  [{}, "anything.example", true],
  [{ permittedDns: ["corp.example"] }, "corp.example", true],
  [{ permittedDns: ["corp.example"] }, "a.corp.example", true],
  [{ permittedDns: ["corp.example"] }, "*.corp.example", true],
  [{ permittedDns: ["corp.example"] }, "notcorp.example", false],
  [{ permittedDns: ["corp.example"] }, "example", false],
  [{ permittedDns: ["corp.example"] }, "*.example", false],
  [{ permittedDns: ["corp.example"] }, "10.0.0.1", false],
  [{ permittedDns: ["corp.example"] }, "::1", false],
  [{ permittedDns: ["corp.example"], permittedIps: ["10.0.0.0/8"] }, "10.255.0.1", true],
  [{ permittedDns: ["corp.example"], permittedIps: ["10.0.0.0/8"] }, "11.0.0.0", false],
  [{ permittedIps: ["10.0.0.0/8"] }, "corp.example", false],
  [{ permittedIps: ["10.0.0.0/8"] }, "2001:db8::1", false],
  [{ permittedIps: ["2001:db8::/33"] }, "2001:db8:7fff::1", true],
  [{ permittedIps: ["2001:db8::/33"] }, "2001:db8:8000::1", false],
  [{ permittedIps: ["192.0.2.7/32"] }, "192.0.2.7", true],
  [{ permittedIps: ["192.0.2.7/32"] }, "192.0.2.6", false],
  [{ excludedDns: ["secret.corp.example"] }, "a.secret.corp.example", false],
  [{ excludedDns: ["secret.corp.example"] }, "*.corp.example", false],
  [{ excludedDns: ["secret.corp.example"] }, "*.example", true],
  [{ excludedDns: ["secret.corp.example"] }, "corp.example", true],
  [{ excludedDns: ["secret.corp.example"] }, "10.0.0.1", true],
  [{ excludedIps: ["0.0.0.0/0"] }, "10.0.0.1", false],
  [{ excludedIps: ["0.0.0.0/0"] }, "::1", true],
])("%j: %s passes: %s", (given, name, passes) => {
  expect(letsThrough(given, name)).toBe(passes);
});

test.each([
  [{ permittedDns: ["*.corp.example"] }, "“*.corp.example” is no domain. It covers what lies below it without a star."],
  [{ permittedDns: [".corp.example"] }, "“.corp.example” is neither a DNS name nor an IP address."],
  [{ excludedDns: ["10.0.0.1"] }, "“10.0.0.1” is no domain. It covers what lies below it without a star."],
  [{ permittedIps: ["10.0.0.1"] }, "“10.0.0.1” is no network, as 10.0.0.0/8 or 2001:db8::/32 are."],
  [{ permittedIps: ["10.0.0.1/8"] }, "“10.0.0.1/8” is no network, as 10.0.0.0/8 or 2001:db8::/32 are."],
  [{ permittedIps: ["10.0.0.0/33"] }, "“10.0.0.0/33” is no network, as 10.0.0.0/8 or 2001:db8::/32 are."],
  [{ excludedIps: ["corp.example/8"] }, "“corp.example/8” is no network, as 10.0.0.0/8 or 2001:db8::/32 are."],
])("%j means nothing and is refused", (given, sentence) => {
  expect(readConstraints({ ...NONE, ...given })).toEqual({ sentence });
});
