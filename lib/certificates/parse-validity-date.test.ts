import { expect, test } from "vitest";
import { readElement } from "./asn1-element";
import { readValidityDate } from "./parse-validity-date";

function read(tag: number, text: string): string | undefined {
  const element = readElement(Buffer.concat([Buffer.of(tag, text.length), Buffer.from(text)]));
  return element && readValidityDate(element)?.toISOString();
}

test.each([
  [0x17, "491231235959Z", "2049-12-31T23:59:59.000Z"],
  [0x17, "500101000000Z", "1950-01-01T00:00:00.000Z"],
  [0x17, "2601020304Z", "2026-01-02T03:04:00.000Z"],
  [0x17, "260101000000-0500", "2026-01-01T05:00:00.000Z"],
  [0x18, "20240229120000Z", "2024-02-29T12:00:00.000Z"],
  [0x18, "202601010000+0530", "2025-12-31T18:30:00.000Z"],
  [0x18, "00010101000000Z", "0001-01-01T00:00:00.000Z"],
  [0x18, "99991231235959Z", "9999-12-31T23:59:59.000Z"],
])("%i %s is a date", (tag, text, date) => {
  expect(read(tag, text)).toBe(date);
});

test.each([
  [0x18, "20260229120000Z", "a day that the month lacks"],
  [0x18, "20261301000000Z", "a thirteenth month"],
  [0x18, "20260100000000Z", "a day zero"],
  [0x18, "20260101240000Z", "an hour 24"],
  [0x18, "20260101000060Z", "a second 60"],
  [0x18, "20260101000000.5Z", "a fraction"],
  [0x18, "20260101000000", "no zone"],
  [0x18, "20260101000000+9900", "an offset that no clock has"],
  [0x18, "00000101000000Z", "a year zero"],
  [0x18, "99991231235959-0100", "a year 10000"],
  [0x17, "26010100000Z", "an odd number of digits"],
  [0x17, "", "nothing"],
  [0x0c, "260101000000Z", "another type"],
])("%i %s is none: %s", (tag, text) => {
  expect(read(tag, text)).toBeUndefined();
});
