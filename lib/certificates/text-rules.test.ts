import { describe, expect, test } from "vitest";
import { visibleText } from "@/lib/certificates/rules";

describe("text out of a certificate", () => {
  test.each([
    ["plain names stay", "CN=Müller & Söhne <GmbH>, 東京", "CN=Müller & Söhne <GmbH>, 東京"],
    ["a right-to-left override is seen", "exe.\u202Egpj", "exe.\\u{202E}gpj"],
    ["isolates are seen", "\u2066a\u2069", "\\u{2066}a\\u{2069}"],
    ["a line break is seen", "a\r\nb\tc", "a\\u{D}\\u{A}b\\u{9}c"],
    ["line separators are seen", "a\u2028b\u2029", "a\\u{2028}b\\u{2029}"],
    ["zero width characters are seen", "pay\u200Bpal\uFEFF", "pay\\u{200B}pal\\u{FEFF}"],
    ["a soft hyphen is seen", "a\u00ADb", "a\\u{AD}b"],
    ["blank letters are seen", "a\u3164b\u115F", "a\\u{3164}b\\u{115F}"],
    ["tags outside the first plane are seen whole", "a\u{E0041}", "a\\u{E0041}"],
    ["half a surrogate pair is seen", "a\uD800", "a\\u{D800}"],
    ["whole surrogate pairs stay", "a😀", "a😀"],
    ["escapes of control sequences are seen", "\u001b[31m\u009b", "\\u{1B}[31m\\u{9B}"],
  ])("%s", (_, text, seen) => {
    expect(visibleText(text)).toBe(seen);
  });
});
