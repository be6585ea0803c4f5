import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Spread } from "./statistics";

const RESULTS = path.join(import.meta.dirname, "results");

export type Table = { title: string; columns: string[]; rows: string[][] };

/** Writes a table to the terminal: the first column is text, the others are figures. */
export function printTable({ title, columns, rows }: Table): void {
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join("  ");
  console.log(`\n${title}`);
  console.log(line(columns));
  console.log(widths.map((width) => "-".repeat(width)).join("  "));
  for (const row of rows) console.log(line(row));
}

/** "12.3 (11.9–14.0)": the median and the spread of the rounds. */
export function figures({ median, least, greatest }: Spread, digits = 1): string {
  const show = (value: number) =>
    value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${show(median)} (${show(least)}–${show(greatest)})`;
}

/** A figure that has to be reached, as it stands in the terminal and in the JSON file. */
export type Goal = { what: string; wanted: string; found: string; reached: boolean };

export function printGoals(goals: Goal[]): void {
  const rows = goals.map(({ what, wanted, found, reached }) => [what, wanted, found, reached ? "yes" : "NO"]);
  printTable({ title: "To reach", columns: ["what", "wanted", "found", "reached"], rows });
}

/** Writes `bench/results/NAME.json` with the machine and the moment, and says where. */
export function writeReport(name: string, now: Date, report: Record<string, unknown>): void {
  mkdirSync(RESULTS, { recursive: true });
  const file = path.join(RESULTS, `${name}.json`);
  writeFileSync(file, `${JSON.stringify({ name, at: now.toISOString(), machine: machine(), ...report }, null, 2)}\n`);
  console.log(`\nWritten to ${path.relative(process.cwd(), file)}`);
}

function machine() {
  const [cpu] = os.cpus();
  return {
    processor: cpu?.model ?? "unknown",
    cores: os.cpus().length,
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.platform()} ${os.release()} ${os.arch()}`,
    node: process.version,
    // What else the machine was doing when the benchmark ended.
    loadAverage: os.loadavg().map((load) => Number(load.toFixed(2))),
  };
}
