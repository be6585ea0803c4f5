import { PAGE_SIZE } from "@/lib/certificates/rules";

/** Where a page of a list lies: behind one row's place, before one, or with neither at the beginning. */
export type Position<Place> = { after: Place | null; before: Place | null };

/** One page, and the places to go on from: null at an end of the list. */
export type Page<Row, Place> = { rows: Row[]; previous: Place | null; next: Place | null };

/** A stretch of the list to read: from a place, which is not part of it, or from an end. */
export type Stretch<Place> = { from: Place | null; towards: "end" | "beginning"; limit: number };

type List<Row, Place> = {
  /** Answers with the rows in the order in which they are met. */
  read: (stretch: Stretch<Place>) => Promise<Row[]>;
  placeOf: (row: Row) => Place;
};

/** PAGE_SIZE rows at a position. With no more than a page before a place, that page is the first one and may have grown. */
export async function readPage<Row, Place>(
  { after, before }: Position<Place>,
  list: List<Row, Place>,
): Promise<Page<Row, Place>> {
  const limit = PAGE_SIZE + 1;
  const from = before ?? after;
  const towards = before === null ? "end" : "beginning";
  const found = await list.read({ from, towards, limit });
  const hasMore = found.length > PAGE_SIZE;
  if (towards === "beginning" && !hasMore) return readPage<Row, Place>({ after: null, before: null }, list);
  const rows = found.slice(0, PAGE_SIZE);
  if (towards === "beginning") rows.reverse();
  const [first] = rows;
  const last = rows.at(-1);
  return {
    rows,
    previous: from === null || first === undefined ? null : list.placeOf(first),
    next: last === undefined || !(hasMore || towards === "beginning") ? null : list.placeOf(last),
  };
}
