import { colourOf, dayOf } from "./certificate-words.mjs";
import { writeList } from "./list.mjs";

/** Below this many columns there is no room to say why something may not be deleted. */
const WITH_REASONS = 100;

/** @param {any} tool @param {any} asked */
export async function run({ client, output }, { values }) {
  const { status, search: q, deletable, use, expires, sort } = values;
  const query = { status, q, use, expires, sort, may_be_deleted: deletable ? "true" : undefined };
  const hasReasons = output.room >= WITH_REASONS;
  const columns = [
    { title: "STATUS", width: hasReasons ? 13 : 8, most: hasReasons ? 13 : 8 },
    { title: "EXPIRES", width: 10 },
    ...(hasReasons ? [{ title: "DELETABLE", width: 11, most: 11 }] : []),
    { title: "ID", width: 36 },
    { title: "NAME" },
  ];
  return await writeList({ client, output }, values, {
    list: { path: "/certificates", field: "certificates", query },
    columns,
    cells: (row) => [
      row.status,
      dayOf(row.not_after),
      ...(hasReasons ? [row.may_be_deleted ? "yes" : (row.blockers[0]?.blocker ?? "no")] : []),
      row.id,
      row.name,
    ],
    paint: (cell, column) => (column === 0 ? output.paint(colourOf(cell), cell) : cell),
    one: "certificate",
  });
}
