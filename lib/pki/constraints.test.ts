import { expect, test } from "vitest";
import { readConstraints, refusedByConstraints } from "./constraints";
import { readNames } from "./names";

const NONE = { permitted: [], excluded: [] };

function letsThrough(given: { permitted?: string[]; excluded?: string[] }, name: string): boolean {
  const constraints = readConstraints({ ...NONE, ...given });
  const read = readNames([name]);
  if ("sentence" in constraints || "sentence" in read) throw new Error("the test's own input is refused");
  return refusedByConstraints(read.names, constraints) === null;
}

test.each([
  [{}, "anything.example", true],
  [{ permitted: ["corp.example"] }, "corp.example", true],
  [{ permitted: ["corp.example"] }, "a.corp.example", true],
  [{ permitted: ["corp.example"] }, "*.corp.example", true],
  [{ permitted: ["corp.example"] }, "notcorp.example", false],
  [{ permitted: ["corp.example"] }, "example", false],
  [{ permitted: ["corp.example"] }, "*.example", false],
  [{ permitted: ["corp.example"] }, "10.0.0.1", false],
  [{ permitted: ["corp.example"] }, "::1", false],
  [{ permitted: ["corp.example", "10.0.0.0/8"] }, "10.255.0.1", true],
  [{ permitted: ["corp.example", "10.0.0.0/8"] }, "11.0.0.0", false],
  [{ permitted: ["10.0.0.0/8"] }, "corp.example", false],
  [{ permitted: ["10.0.0.0/8"] }, "2001:db8::1", false],
  [{ permitted: ["2001:db8::/33"] }, "2001:db8:7fff::1", true],
  [{ permitted: ["2001:db8::/33"] }, "2001:db8:8000::1", false],
  [{ permitted: ["192.0.2.7/32"] }, "192.0.2.7", true],
  [{ permitted: ["192.0.2.7"] }, "192.0.2.6", false],
  [{ excluded: ["secret.corp.example"] }, "a.secret.corp.example", false],
  [{ excluded: ["secret.corp.example"] }, "*.corp.example", false],
  [{ excluded: ["secret.corp.example"] }, "*.example", true],
  [{ excluded: ["secret.corp.example"] }, "corp.example", true],
  [{ excluded: ["secret.corp.example"] }, "10.0.0.1", true],
  [{ excluded: ["0.0.0.0/0"] }, "10.0.0.1", false],
  [{ excluded: ["0.0.0.0/0"] }, "::1", true],
])("%j: %s passes: %s", (given, name, passes) => {
  expect(letsThrough(given, name)).toBe(passes);
});

test.each([
  [{ permitted: ["*.corp.example"] }, "“*.corp.example” is no domain. It covers what lies below it without a star."],
  [{ permitted: [".corp.example"] }, "“.corp.example” is neither a DNS name nor an IP address."],
  [{ permitted: ["10.0.0.1/8"] }, "“10.0.0.1/8” is no network, as 10.0.0.0/8 or 2001:db8::/32 are."],
  [{ permitted: ["10.0.0.0/33"] }, "“10.0.0.0/33” is no network, as 10.0.0.0/8 or 2001:db8::/32 are."],
  [{ excluded: ["corp.example/8"] }, "“corp.example/8” is no network, as 10.0.0.0/8 or 2001:db8::/32 are."],
])("%j means nothing and is refused", (given, sentence) => {
  expect(readConstraints({ ...NONE, ...given })).toEqual({ sentence });
});
