import { describe, expect, test } from "vitest";
import { hashPassword, passwordProblem, verifyPassword } from "@/lib/auth/passwords";

const EMAIL = "margarethe@example.test";

describe("a new password", () => {
  test.each([
    "four unrelated heron tables",
    "Kq7#vT2m!xZp",
    "🐢🐢🌋🎻🧂🪵🐙🍋🪐🦉🧲🛶",
    "зелёный чайник поёт",
    `${"x9".repeat(5)}Zq!7vB`,
  ])("%s may be used", (password) => {
    expect(passwordProblem(password, EMAIL)).toBeNull();
  });

  test("needs 12 characters, counted as people count them", () => {
    expect(passwordProblem("Kq7#vT2m!xZ", EMAIL)).toMatch(/at least 12 characters/);
    expect(passwordProblem("🐢🌋🎻🧂🪵🐙🍋🪐🦉🧲🛶", EMAIL)).toMatch(/at least 12 characters/);
  });

  test("may have 1,000 bytes and not one more", () => {
    const long = `${"Kq7#vT2m!xZp9wLr".repeat(100).slice(0, 984)}another ending!!`;
    expect(passwordProblem(long, EMAIL)).toBeNull();
    expect(passwordProblem(`${long}.`, EMAIL)).toMatch(/at most 1,000 bytes/);
  });

  test.each([
    "password1234",
    "Password2026!",
    "P@ssw0rd1234",
    "passwordpassword",
    "123456789012",
    "111111111111",
    "qwertyuiop12",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "qwertyuiopasdf",
    "abcdefghijkl",
    "administrator",
    "iloveyou1234",
    "letmein12345",
    "welcome12345",
    "Certsweep2026",
    "certsweepadmin",
    "changeme1234",
    "abcabcabcabc",
    "aaaaaaaaaaaa",
    "correct horse battery staple",
    "31-12-1999-12",
    "margarethe123!",
    "MargaretheMargarethe",
  ])("%s is too easy to guess", (password) => {
    expect(passwordProblem(password, EMAIL)).toMatch(/too easy to guess/);
  });

  test("does not contain the e-mail address", () => {
    expect(passwordProblem(`my ${EMAIL.toUpperCase()} key`, EMAIL)).toMatch(/e-mail address/);
  });
});

describe("checking a password", () => {
  test("takes the right one only, whichever way its letters were composed", async () => {
    const hash = await hashPassword("caf\u00e9 four unrelated tables");
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await verifyPassword(hash, "cafe\u0301 four unrelated tables")).toBe(true);
    expect(await verifyPassword(hash, "cafe four unrelated tables")).toBe(false);
  });

  test("fails for nobody, even with the words that the time is spent on", async () => {
    expect(await verifyPassword(null, "a password that nobody has")).toBe(false);
    expect(await verifyPassword(null, "")).toBe(false);
  });

  test("fails for more than 1,000 bytes without looking at them", async () => {
    const hash = await hashPassword("x".repeat(1_000));
    expect(await verifyPassword(hash, "x".repeat(1_000))).toBe(true);
    expect(await verifyPassword(hash, "x".repeat(1_001))).toBe(false);
  });
});
