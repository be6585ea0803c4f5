import { colourOf, momentOf } from "./certificate-words.mjs";
import { writeList } from "./list.mjs";

const ROOMY = 100;

/** @param {any} tool @param {any} asked */
export async function run({ client, output }, { values }) {
  const isRoomy = output.room >= ROOMY;
  return await writeList({ client, output }, values, {
    list: { path: "/removals", field: "removals", query: { q: values.search } },
    columns: [
      { title: "REMOVED", width: 20 },
      { title: "STATUS", width: isRoomy ? 13 : 8, most: isRoomy ? 13 : 8 },
      { title: "BY", width: isRoomy ? 36 : 18, most: isRoomy ? 36 : 18 },
      { title: "NAME" },
    ],
    cells: ({ removed_at, status, removed_by, name }) => [momentOf(removed_at), status, removed_by, name],
    paint: (cell, column) => (column === 1 ? output.paint(colourOf(cell), cell) : cell),
    one: "removal",
  });
}
