import { momentOf } from "./certificate-words.mjs";
import { EXIT } from "./failure.mjs";
import { contentOf, walk } from "./pages.mjs";
import { runPairs } from "./run-words.mjs";
import { formatPairs } from "./table.mjs";

/** @param {any} tool @param {any} asked */
export async function run({ client, output }, { values }) {
  const settings = contentOf(await client.call("GET", "/cleanup/settings"));
  const runs = walk(client, { path: "/cleanup/runs", field: "runs", query: {} }, { limit: 1 });
  const { value, done } = await runs.next();
  const lastRun = done ? null : value;
  if (values.json) await output.json({ ...settings, last_run: lastRun });
  else {
    const last = lastRun === null ? [["Last run", "never"]] : runPairs(lastRun, "Last run");
    await output.lines(formatPairs([...settingPairs(settings), ...last], output.room));
  }
  return EXIT.ok;
}

/** @returns {[string, string][]} */
function settingPairs({ enabled, retention_days: days, skip_synced, copies, daily_at, brake_percent, next_run_at }) {
  return [
    ["Cleanup", enabled ? "on" : "off"],
    ["Deletes", `${days} ${days === 1 ? "day" : "days"} after expiration`],
    [
      "Active syncs",
      skip_synced ? "are skipped" : copies === "remove" ? "have their copies removed first" : "are not looked at",
    ],
    ["Daily at", `${daily_at} UTC`],
    ["Brake", `holds a run that would remove more than ${brake_percent} % of the inventory`],
    ["Next run", momentOf(next_run_at) || "none"],
  ];
}
