import { EXIT } from "./failure.mjs";
import { walk } from "./pages.mjs";
import { layOut } from "./table.mjs";
import { counted } from "./text.mjs";

const LIMIT = 50;

/**
 * Writes a list as it is read: a table with fixed columns, JSON Lines, or ids.
 * @param {any} tool
 * @param {{ json?: boolean, ids?: boolean, all?: boolean, limit?: number }} values
 * @param {object} how
 * @param {{ path: string, field: string, query: Record<string, string | undefined> }} how.list
 * @param {import("./table.mjs").Column[]} how.columns
 * @param {(row: any) => string[]} how.cells
 * @param {(cell: string, column: number) => string} [how.paint]
 * @param {string} how.one "certificate"
 * @returns {Promise<number>} the exit code
 */
export async function writeList({ client, output }, values, { list, columns, cells, paint, one }) {
  const { json = false, ids = false, all = false, limit = LIMIT } = values;
  const layout = layOut(columns, { room: output.room, ...(paint === undefined ? {} : { paint }) });
  const rows = walk(client, list, { limit: all ? Number.POSITIVE_INFINITY : limit });
  let count = 0;
  let next = await rows.next();
  for (; !next.done; next = await rows.next()) {
    const row = next.value;
    count += 1;
    if (json) await output.json(row);
    else if (ids) await output.line(row.id);
    else {
      if (count === 1) await output.line(output.paint("dim", layOut(columns, { room: output.room }).head()));
      await output.line(layout.row(cells(row)));
    }
  }
  if (count === 0 && !json && !ids) output.note(`There is no such ${one}.`);
  if (next.value) output.note(`These are the first ${counted(count, one)}. --limit N shows more, --all every one.`);
  return EXIT.ok;
}
