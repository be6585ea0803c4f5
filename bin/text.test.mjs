import { describe, expect, test } from "vitest";
import { plain, shorten, shortenStart, widthOf, wrap } from "./text.mjs";

describe("columns of a terminal", () => {
  test.each([
    ["shop.example.com", 16],
    ["Zürich", 6],
    ["Zu\u0308rich", 6],
    ["証明書", 6],
    ["인증서", 6],
    ["ＡＢ", 4],
    ["🔒 key", 6],
    ["👩‍👩‍👧", 2],
    ["", 0],
  ])("%s takes %i", (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});

test("what a terminal would obey, and what reorders text, is written out", () => {
  expect(plain("a\u001b[31mb\nc\u0000")).toBe("a\\u{1b}[31mb\\u{a}c\\u{0}");
  expect(plain("\u009b2J \u202egpj.exe \ud800")).toBe("\\u{9b}2J \\u{202e}gpj.exe \\u{d800}");
  expect(plain("Zürich 証明書 = \\u")).toBe("Zürich 証明書 = \\u");
});

test("a text that is too long ends with an ellipsis and never takes more columns than there are", () => {
  expect(shorten("shop.example.com", 16)).toBe("shop.example.com");
  expect(shorten("shop.example.com", 8)).toBe("shop.ex…");
  expect(shorten("証明書の名前", 6)).toBe("証明…");
  expect(shortenStart("certs/shop.pem", 9)).toBe("…shop.pem");
  expect(shortenStart("shop.pem", 8)).toBe("shop.pem");
  for (const width of [1, 2, 3, 4, 5]) expect(widthOf(shortenStart("証a明b書", width))).toBeLessThanOrEqual(width);
  for (const width of [1, 2, 3, 4, 5]) expect(widthOf(shorten("証a明b書", width))).toBeLessThanOrEqual(width);
});

test("a text is divided between words, and a long word where it must", () => {
  expect(wrap("In use by Edge lb1:443.", 12)).toEqual(["In use by", "Edge", "lb1:443."]);
  expect(wrap("abcdefghij k", 4)).toEqual(["abcd", "efgh", "ij k"]);
  expect(wrap("", 10)).toEqual([""]);
});
