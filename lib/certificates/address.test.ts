import fc from "fast-check";
import { expect, test } from "vitest";
import { cursorAddress, cursorOf, readListAddress } from "@/lib/certificates/address";
import { idPosition, momentPlaceText, momentPosition } from "@/lib/paging/schema";

const anyText = fc.string({ unit: "binary", maxLength: 60 });
const anyId = fc.uuid();

test("a cursor is read back as it was written, whatever text it holds", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), anyId, (sortValue, id) => {
      const written = cursorAddress([sortValue, id]);
      expect(written).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(cursorOf(written)).toEqual([sortValue, id]);
    }),
  );
});

test("what is no cursor is none, and never a failure", () => {
  const shaped = fc
    .oneof(
      fc.json(),
      fc.array(fc.oneof(anyText, anyId, fc.integer()), { maxLength: 3 }).map((value) => JSON.stringify(value)),
    )
    .map((json) => Buffer.from(json).toString("base64url"));
  fc.assert(
    fc.property(fc.oneof(anyText, fc.base64String(), shaped), (text) => {
      const cursor = cursorOf(text);
      if (cursor !== null) expect(cursor).toEqual([expect.any(String), expect.stringMatching(/^[0-9a-f-]{36}$/i)]);
    }),
    { numRuns: 500 },
  );
});

test("any address is one of the list, and what it keeps PostgreSQL can be asked", () => {
  const value = fc.oneof(anyText, fc.constantFrom("expired", "yes", "name", "-expiry", "2026-05", "..2026-04"));
  const cursor = fc.tuple(fc.oneof(anyText, fc.constant("2026-01-01 00:00:00.000+00")), anyId).map(cursorAddress);
  const address = fc.record(
    {
      status: value,
      q: value,
      deletable: value,
      use: value,
      expires: value,
      sort: value,
      after: fc.oneof(value, cursor),
      before: cursor,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(address, (given) => {
      const read = readListAddress(given);
      expect(read.q ?? "").not.toContain("\0");
      for (const place of [read.after, read.before]) {
        if (place === undefined) continue;
        const [sortValue] = cursorOf(place) ?? [];
        expect(sortValue).toBeDefined();
        if (read.sort.endsWith("expiry")) expect(sortValue).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00$/);
        else expect(sortValue).not.toContain("\0");
      }
      expect(readListAddress(read)).toEqual(read);
    }),
    { numRuns: 500 },
  );
});

test("the place of a row by its moment is read back as it was written, and anything else is dropped", () => {
  const moments = fc.date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(moments, anyId, (moment, id) => {
      const place = { moment, id };
      expect(momentPosition.parse({ before: momentPlaceText(place) })).toEqual({ after: null, before: place });
    }),
  );
  fc.assert(
    fc.property(fc.oneof(anyText, fc.jsonValue()), (after) => {
      const { after: place } = momentPosition.parse({ after });
      if (place !== null) expect(momentPosition.parse({ after: momentPlaceText(place) }).after).toEqual(place);
      const { after: id } = idPosition.parse({ after });
      if (id !== null) expect(id).toBe(after);
    }),
    { numRuns: 500 },
  );
});
