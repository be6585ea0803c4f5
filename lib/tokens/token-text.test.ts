import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checksumOf, hintOf, isTokenText, newTokenText } from "@/lib/tokens/token-text";

describe("the text of a token", () => {
  test("is csw_, 30 random digits and 6 of checksum, and never the same", () => {
    const many = Array.from({ length: 500 }, newTokenText);
    for (const token of many) {
      expect(token).toMatch(/^csw_[0-9A-Za-z]{36}$/);
      expect(isTokenText(token)).toBe(true);
    }
    expect(new Set(many).size).toBe(500);
    const digits = new Set(many.flatMap((token) => [...token.slice(4, 34)]));
    expect(digits.size).toBe(62);
  });

  test("has a checksum that others can compute: CRC-32 in base 62", () => {
    // CRC-32 of "123456789" is 0xCBF43926 = 3421780262 in every catalogue of checksums.
    expect(checksumOf("123456789")).toBe("3jZRME");
    expect(3_421_780_262).toBe(3 * 62 ** 5 + 45 * 62 ** 4 + 35 * 62 ** 3 + 27 * 62 ** 2 + 22 * 62 + 14);
    expect(checksumOf("")).toBe("000000");
  });

  test("is not right with one digit changed, two exchanged, one missing or one too many", () => {
    const token = newTokenText();
    for (let place = 0; place < token.length; place += 1) {
      const other = token[place] === "x" ? "y" : "x";
      expect(isTokenText(token.slice(0, place) + other + token.slice(place + 1)), `place ${place}`).toBe(false);
      const [one, two] = [token[place] ?? "", token[place + 1] ?? ""];
      if (one !== two && two !== "")
        expect(isTokenText(token.slice(0, place) + two + one + token.slice(place + 2)), `at ${place}`).toBe(false);
      expect(isTokenText(token.slice(0, place) + token.slice(place + 1))).toBe(false);
    }
    for (const text of [`${token}0`, `${token}\n`, ` ${token}`, token.toLowerCase(), token.slice(4), ""])
      expect(isTokenText(text)).toBe(false);
  });

  test("is right only with the checksum of what stands before it, whatever that is", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789ABCxyz"), minLength: 30, maxLength: 30 });
    const others = fc.string({ unit: fc.constantFrom(..."019AZaz"), minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(digits, others, (random, checksum) => {
        const body = `csw_${random}`;
        expect(isTokenText(body + checksumOf(body))).toBe(true);
        expect(isTokenText(body + checksum)).toBe(checksum === checksumOf(body));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        expect(isTokenText(text)).toBe(false);
        expect(checksumOf(text)).toMatch(/^[0-9A-Za-z]{6}$/);
      }),
    );
  });

  test("is told apart in lists by its first digits only", () => {
    const token = newTokenText();
    expect(hintOf(token)).toBe(token.slice(0, 8));
  });
});
