import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { keyIdOf, type Sealed, seal, unseal } from "@/lib/secrets/encrypt";

const key = randomBytes(32);
const place = "webhooks.secret:1";
const secret = Buffer.from("what nobody may read");

function changed(sealed: Sealed, at: number): Sealed {
  const bytes = Buffer.from(sealed.box, "base64");
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return { ...sealed, box: bytes.toString("base64") };
}

describe("a sealed secret", () => {
  test.each([Buffer.alloc(0), secret, randomBytes(5_000)])("opens to what it was", (original) => {
    expect(unseal(seal(original, place, [key]), place, [key])).toEqual(original);
  });

  test("looks different each time, shows nothing of the secret and names its key", () => {
    const [one, two] = [seal(secret, place, [key]), seal(secret, place, [key])];
    expect(one.box).not.toBe(two.box);
    expect(Buffer.from(one.box, "base64").includes(secret)).toBe(false);
    expect(one.keyId).toBe(keyIdOf(key));
    expect(key.toString("hex")).not.toContain(one.keyId);
  });

  test("is refused wherever one bit of it was changed", () => {
    const sealed = seal(secret, place, [key]);
    const length = Buffer.from(sealed.box, "base64").length;
    for (let at = 0; at < length; at += 1) {
      expect(() => unseal(changed(sealed, at), place, [key])).toThrow("was changed after it was encrypted");
    }
  });

  test.each(["", "AAAA", Buffer.alloc(27).toString("base64"), "no base64 at all"])(
    'is refused when only "%s" is left of it',
    (box) => {
      expect(() => unseal({ keyId: keyIdOf(key), box }, place, [key])).toThrow("was changed after it was encrypted");
    },
  );

  test("cannot be moved to another place", () => {
    expect(() => unseal(seal(secret, place, [key]), "webhooks.secret:2", [key])).toThrow("was changed");
  });

  test("opens with any key of the ring, and is sealed with the first", () => {
    const next = randomBytes(32);
    expect(unseal(seal(secret, place, [key]), place, [next, key])).toEqual(secret);
    expect(seal(secret, place, [next, key]).keyId).toBe(keyIdOf(next));
    expect(() => unseal(seal(secret, place, [next, key]), place, [key])).toThrow(`with key ${keyIdOf(next)}`);
  });

  test("says which key it needs when the server has another one", () => {
    const other = randomBytes(32);
    const sealed = seal(secret, place, [key]);
    expect(() => unseal(sealed, place, [other])).toThrow(
      `A secret was encrypted with key ${keyIdOf(key)}, and this server has key ${keyIdOf(other)}.`,
    );
    // Somebody who writes the other key's id beside it gains nothing.
    expect(() => unseal({ ...sealed, keyId: keyIdOf(other) }, place, [other])).toThrow("was changed");
  });
});
