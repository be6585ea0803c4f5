import fc from "fast-check";
import { expect, test } from "vitest";
import { bundleOf, formatPem, readPem } from "@/lib/certificates/pem";

const octets = fc.uint8Array({ minLength: 1, maxLength: 400 });
/** Words around blocks that could be taken for markers. */
const prose = fc.string({
  unit: fc.constantFrom("a", " ", "-", "\n", "\r\n", "BEGIN", "END", "certi", ":", "="),
  maxLength: 12,
});
const lineEnd = fc.constantFrom("\n", "\r\n");

test("blocks come out with the octets that were put in, in their order, whatever stands between them", () => {
  fc.assert(
    fc.property(fc.array(octets, { maxLength: 6 }), lineEnd, (all, end) => {
      const text = all.map((each, index) => `subject ${index}\n${formatPem(each)}\n`.replaceAll("\n", end)).join("");
      const reading = readPem(text, 10);
      if (reading.kind !== "blocks") throw new Error(reading.kind);
      expect(reading.blocks.map((block) => [...block.octets])).toEqual(all.map((each) => [...each]));
      for (const { label, pem, source } of reading.blocks) {
        expect([label, source]).toEqual(["CERTIFICATE", pem]);
        expect(text).toContain(pem);
      }
    }),
  );
});

test("what is kept is read back the same, and once more the same", () => {
  fc.assert(
    fc.property(octets, fc.array(octets, { maxLength: 3 }), (leaf, chain) => {
      const text = bundleOf({ pem: formatPem(leaf), chainPems: chain.map(formatPem), asUploaded: null });
      const reading = readPem(text, 10);
      if (reading.kind !== "blocks") throw new Error(reading.kind);
      const [first, ...others] = reading.blocks.map(({ pem }) => pem);
      expect(bundleOf({ pem: first ?? "", chainPems: others, asUploaded: null })).toBe(text);
    }),
  );
});

test("no text makes it throw, and every block that it gives is PEM of octets that the text had", () => {
  const pieces = fc.array(
    fc.oneof(
      prose,
      octets.map(formatPem),
      octets.map((each) => formatPem(each).slice(9, -9)),
    ),
    {
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(pieces, (all) => {
      const reading = readPem(all.join(""), 4);
      if (reading.kind !== "blocks") return;
      expect(reading.blocks.length).toBeLessThanOrEqual(4);
      for (const { pem, octets: inside } of reading.blocks) {
        const again = readPem(pem, 1);
        expect(again.kind === "blocks" && again.blocks[0]?.octets.equals(inside)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
