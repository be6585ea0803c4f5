import { dayOf } from "./certificate-words.mjs";
import { EXIT } from "./failure.mjs";
import { writeList } from "./list.mjs";
import { contentOf } from "./pages.mjs";
import { formatPairs } from "./table.mjs";
import { counted } from "./text.mjs";

/** @param {any} tool @param {any} asked */
export async function run({ client, output }, { values }) {
  const query = { retention_days: values.days?.toString() };
  if (values.list !== undefined) return await listForeseen({ client, output }, values, query);
  const preview = contentOf(await client.call("GET", "/cleanup/preview", { query }));
  if (values.json) {
    const { at, retention_days, skip_synced, figures } = preview;
    await output.json({ at, retention_days, skip_synced, figures });
  } else await output.lines(formatPairs(previewPairs(preview), output.room));
  return EXIT.ok;
}

async function listForeseen({ client, output }, values, query) {
  return await writeList({ client, output }, values, {
    list: { path: "/cleanup/preview", field: "certificates", query: { ...query, outcome: values.list } },
    columns: [{ title: "EXPIRED", width: 10 }, { title: "ID", width: 36 }, { title: "NAME" }],
    cells: ({ not_after, id, name, deployed_at, synced_to }) => {
      const users = [deployed_at, synced_to].filter((names) => names !== null).join(", ");
      return [dayOf(not_after), id, users === "" ? name : `${name} (${users})`];
    },
    one: "certificate",
  });
}

/**
 * What a run would do now, in names and values.
 * @param {any} preview of the API
 * @returns {[string, string][]}
 */
export function previewPairs({ retention_days: days, figures }) {
  const { removable, skipped_deployed, skipped_synced, held } = figures;
  const figure = ({ count, is_capped }) => `${is_capped ? "at least " : ""}${count.toLocaleString("en")}`;
  return [
    ["Would remove", `${figure(removable)} that expired more than ${counted(days, "day")} ago`],
    ["Would skip", `${figure(skipped_deployed)} deployed, ${figure(skipped_synced)} synced`],
    [
      "Brake",
      held === null
        ? ""
        : `would hold it: ${held.removable.toLocaleString("en")} of ${held.inventory.toLocaleString("en")} certificates`,
    ],
  ];
}
