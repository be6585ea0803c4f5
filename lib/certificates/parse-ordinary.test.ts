import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type DerElement, readElement } from "./asn1-element";
import { generateCertificate } from "./generate";
import { hasOrdinaryForm } from "./parse-ordinary";

const roots = rootCertificates.map((pem) => new X509Certificate(pem).raw);
const made: Buffer[] = [];

beforeAll(async () => {
  const dates = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2027-01-01T00:00:00Z") };
  for (const keyAlgorithm of ["RSA 2048", "EC P-256"] as const) {
    const { der } = await generateCertificate({
      subjectCommonName: "ordinary.test",
      dnsNames: ["ordinary.test"],
      keyAlgorithm,
      ...dates,
    });
    made.push(der);
  }
});

function isOrdinary(der: Buffer): boolean {
  const root = readElement(der);
  return root !== undefined && root.end === der.length && hasOrdinaryForm(root);
}

function opensWithKey(der: Buffer): boolean {
  try {
    return new X509Certificate(der).publicKey.type === "public";
  } catch {
    return false;
  }
}

/** Where tags, lengths and the first octets of contents stand. */
function placesOf(element: DerElement): number[] {
  const own = Array.from({ length: element.contentStart - element.start + 1 }, (_, index) => element.start + index);
  const inner: number[] = [];
  for (let at = element.contentStart; at < element.contentEnd; ) {
    const child = readElement(element.source, at, element.contentEnd);
    if (child === undefined || (element.tag & 0x20) === 0) break;
    inner.push(...placesOf(child));
    at = child.end;
  }
  return [...own, ...inner];
}

describe("a certificate of the ordinary form", () => {
  test("is what nearly everybody issues", () => {
    expect([...roots, ...made].filter(isOrdinary).length).toBeGreaterThan(roots.length * 0.9);
    expect(made.map(isOrdinary)).toEqual([true, true]);
  });

  test("is opened by openssl, and so is its key, whatever octets are changed", () => {
    const all = [...roots, ...made].filter(isOrdinary).map((der) => {
      const root = readElement(der);
      return { der, places: root === undefined ? [] : placesOf(root) };
    });
    const change = fc.record({ at: fc.nat(), inStructure: fc.boolean(), octet: fc.nat(255), isFlip: fc.boolean() });
    let stillOrdinary = 0;
    fc.assert(
      fc.property(fc.nat(all.length - 1), fc.array(change, { minLength: 1, maxLength: 3 }), (which, changes) => {
        const { der, places } = all[which] ?? { der: Buffer.alloc(0), places: [] };
        const changed = Buffer.from(der);
        for (const { at, inStructure, octet, isFlip } of changes) {
          const place = inStructure ? (places[at % places.length] ?? 0) : at % changed.length;
          changed[place] = isFlip ? (changed[place] ?? 0) ^ (1 << (octet & 7)) : octet;
        }
        if (!isOrdinary(changed)) return;
        stillOrdinary += 1;
        expect(opensWithKey(changed)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
    expect(stillOrdinary).toBeGreaterThan(300);
  }, 30_000);

  test("has a key that lies on its curve", () => {
    const der = Buffer.from(made[1] ?? "");
    const point = der.indexOf(Buffer.from("03420004", "hex")) + 4;
    der[point + 40] = (der[point + 40] ?? 0) ^ 1;
    expect([isOrdinary(der), opensWithKey(der)]).toEqual([false, false]);
  });

  test.each([
    ["a length with an octet too many", "0603551d11", "068102551d"],
    ["an unknown key algorithm", "2a864886f70d010101", "2a864886f70d01017f"],
    ["a NULL with content", "2a864886f70d0101010500", "2a864886f70d0101010501"],
  ])("does not have %s", (_, from, to) => {
    const [der = Buffer.alloc(0)] = made;
    const changed = Buffer.from(der.toString("hex").replace(from, to), "hex");
    expect(changed).not.toEqual(der);
    expect(isOrdinary(changed)).toBe(false);
  });
});
