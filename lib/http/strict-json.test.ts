import fc from "fast-check";
import { expect, test } from "vitest";
import { readStrictJson } from "@/lib/http/strict-json";

const read = (text: string) => readStrictJson(new TextEncoder().encode(text));

test("what JSON.parse reads is read the same", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), (text) => {
      const reading = read(text);
      if (reading.kind === "refused") expect(reading.sentence).toMatch(/NUL|half a surrogate/);
      else expect(reading.value).toEqual(JSON.parse(text));
    }),
  );
});

test("no octets make it throw, and what JSON.parse refuses is refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
      const reading = readStrictJson(octets);
      if (reading.kind === "value") expect(JSON.parse(new TextDecoder().decode(octets))).toEqual(reading.value);
    }),
  );
});

test.each([
  ['{"a":1,"a":2}', /“a” twice/],
  ['{"a":1,"\\u0061":2}', /“a” twice/],
  ['[{"b":{"a":1,"c":[],"a" \n\t :2}}]', /“a” twice/],
  [`{"a"${" ".repeat(500)}:1,"a"${" ".repeat(500)}:2}`, /“a” twice/],
  ['{"a":"\\u0000"}', /NUL/],
  ['{"\\u0000":1}', /NUL/],
  ['{"a":"\\ud800"}', /surrogate/],
  ["[".repeat(17) + "]".repeat(17), /deeper/],
  ["[".repeat(1_000_000), /not JSON/],
  ["[".repeat(1_000_000) + "]".repeat(1_000_000), /deeper/],
  ['{"a":1', /not JSON/],
  ["", /not JSON/],
  [`"${'\\"'.repeat(500_000)}`, /not JSON/],
])("%.40s is refused", (text, sentence) => {
  expect(read(text)).toEqual({ kind: "refused", sentence: expect.stringMatching(sentence) });
});

test.each([
  ['{"a":{"a":1},"b":[{"a":1},{"a":2}]}', { a: { a: 1 }, b: [{ a: 1 }, { a: 2 }] }],
  ['{"a":"a","b":"a"}', { a: "a", b: "a" }],
  ['{"a":"\\ud83d\\ude00"}', { a: "😀" }],
  ['["}","]","{","\\"",":"]', ["}", "]", "{", '"', ":"]],
  ["[".repeat(16) + "]".repeat(16), JSON.parse("[".repeat(16) + "]".repeat(16))],
])("%s is read", (text, value) => {
  expect(read(text)).toEqual({ kind: "value", value });
});

test("octets that are no UTF-8 are refused", () => {
  expect(readStrictJson(new Uint8Array([0x22, 0xff, 0x22]))).toEqual({
    kind: "refused",
    sentence: "The body is not UTF-8.",
  });
});
