import "server-only";
import { randomInt } from "node:crypto";
import { crc32 } from "node:zlib";

/** Scanners for leaked secrets find tokens by it. */
const PREFIX = "csw_";
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 30 digits of base 62 are 178 bits. */
const RANDOM_DIGITS = 30;
/** 62^6 is just above 2^32. */
const CHECKSUM_DIGITS = 6;
const SHAPE = new RegExp(`^${PREFIX}[0-9A-Za-z]{${RANDOM_DIGITS + CHECKSUM_DIGITS}}$`);
const HINT_DIGITS = 4;

/** A new token: csw_, 30 random digits, 6 digits of checksum. */
export function newTokenText(): string {
  const digits = Array.from({ length: RANDOM_DIGITS }, () => DIGITS[randomInt(DIGITS.length)]);
  const body = PREFIX + digits.join("");
  return body + checksumOf(body);
}

/** Whether a text can be a token at all: the shape and the checksum are right. Says nothing about whose it is. */
export function isTokenText(text: string): boolean {
  return SHAPE.test(text) && checksumOf(text.slice(0, -CHECKSUM_DIGITS)) === text.slice(-CHECKSUM_DIGITS);
}

/** The CRC-32 (as in zip files) of everything before it, in base 62, the greatest digit first. */
export function checksumOf(body: string): string {
  let rest = crc32(body);
  let digits = "";
  for (let place = 0; place < CHECKSUM_DIGITS; place += 1) {
    digits = `${DIGITS[rest % DIGITS.length]}${digits}`;
    rest = Math.floor(rest / DIGITS.length);
  }
  return digits;
}

/** How a token begins, which is no secret worth keeping: 4 of its 30 digits. */
export function hintOf(token: string): string {
  return token.slice(0, PREFIX.length + HINT_DIGITS);
}
