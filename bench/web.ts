import path from "node:path";
import { ensureBuild } from "../scripts/build.mjs";
import { measureFirstLoads } from "../scripts/first-load.mjs";
import { printGoals, printTable, writeReport } from "./report";

const ROOT = path.join(import.meta.dirname, "..");
const now = new Date();

// The build reaches no database, but wants to hear of one.
await ensureBuild(ROOT, { ...process.env, DATABASE_URL: "postgres://nobody@localhost:1/nothing" });
const { floor, screens } = measureFirstLoads(ROOT);
const kb = (bytes: number) => (bytes / 1000).toFixed(1);
printTable({
  title: `JavaScript of a first visit, gzip, kB; an empty page loads ${kb(floor)}`,
  columns: ["screen", "in all", "beyond the empty page", "budget", "scripts"],
  rows: screens.map(({ route, files, bytes, beyond, budget }) => [
    route,
    kb(bytes),
    kb(beyond),
    kb(budget),
    String(files.length),
  ]),
});
const goals = screens.map((screen) => ({
  what: screen.route,
  wanted: `≤ +${kb(screen.budget)} kB`,
  found: `+${kb(screen.beyond)} kB`,
  reached: screen.beyond <= screen.budget,
}));
printGoals(goals);
writeReport("web", now, { floor, screens, goals });
