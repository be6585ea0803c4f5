import { expect, test } from "vitest";
import { PAGE_SIZE } from "@/lib/certificates/rules";
import { type Position, readPage, type Stretch } from "@/lib/paging/rules";
import { idPosition, momentPlaceText, momentPosition } from "@/lib/paging/schema";

const listOf = (length: number) => ({
  read: async ({ from, towards, limit }: Stretch<number>) => {
    const all = Array.from({ length }, (_, index) => index);
    const met = towards === "end" ? all : all.reverse();
    const beyond = met.filter((row) => from === null || (towards === "end" ? row > from : row < from));
    return beyond.slice(0, limit);
  },
  placeOf: (row: number) => row,
});

test.each([0, 1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE, 2 * PAGE_SIZE + 7])(
  "%i rows are each met once on the way to the end, and again on the way back",
  async (length) => {
    const list = listOf(length);
    const met: number[] = [];
    let position: Position<number> = { after: null, before: null };
    let page = await readPage(position, list);
    expect(page.previous).toBeNull();
    for (;;) {
      met.push(...page.rows);
      if (page.next === null) break;
      position = { after: page.next, before: null };
      page = await readPage(position, list);
    }
    expect(met).toEqual(Array.from({ length }, (_, index) => index));
    const seen = new Set(page.rows);
    while (page.previous !== null) {
      page = await readPage({ after: null, before: page.previous }, list);
      for (const row of page.rows) seen.add(row);
    }
    expect(seen.size).toBe(length);
    expect(page.rows[0] ?? null).toBe(length === 0 ? null : 0);
  },
);

test("a place in an address is read back as it was written, and what is none is dropped", () => {
  const id = "0199a1b2-0000-7000-8000-00000000abcd";
  for (const moment of [
    new Date(0),
    new Date(-1),
    new Date("0001-01-01T00:00:00Z"),
    new Date("9999-12-31T23:59:59.999Z"),
  ]) {
    const place = { moment, id };
    expect(momentPosition.parse({ after: momentPlaceText(place) })).toEqual({ after: place, before: null });
  }
  for (const bad of [
    "",
    "1",
    `x.${id}`,
    `1.${id}x`,
    "1.1",
    `253402300800000.${id}`,
    `-62135596800001.${id}`,
    ["a", "b"],
    undefined,
  ]) {
    expect(momentPosition.parse({ after: bad, before: bad })).toEqual({ after: null, before: null });
    expect(idPosition.parse({ after: bad, before: bad })).toEqual({ after: null, before: null });
  }
});
