import type { OverviewTimes, Round } from "./cleanup";
import type { VariantResult } from "./cleanup-variants";
import type { Dataset } from "./dataset";
import { figures, type Goal, printGoals, printTable, writeReport } from "./report";
import { quantile, type Spread, spreadOf } from "./statistics";

/** Writes what the rounds found: ratios are those of one round each, since the machine is the same for it. */
export function reportCleanup(dataset: Dataset, rounds: Round[], now: Date): void {
  const { size } = dataset;
  const over = (value: (round: Round) => number) => spreadOf(rounds.map(value));
  const variants = [
    { name: "one bare DELETE (the floor)", of: (round: Round): VariantResult => round.floor },
    { name: "the nightly run", of: (round: Round): VariantResult => round.product },
    { name: "pages by OFFSET", of: (round: Round): VariantResult => round.pages },
    { name: "one certificate at a time (a sample)", of: (round: Round): VariantResult => round.oneByOne },
  ].map(({ name, of }) => ({
    name,
    removed: over((round) => of(round).removed),
    totalMs: over((round) => of(round).totalMs),
    perSecond: over((round) => (of(round).removed / of(round).totalMs) * 1000),
    ratio: over((round) => of(round).totalMs / of(round).removed / (round.floor.totalMs / round.floor.removed)),
    // Of PostgreSQL's sessions: says more than the clock where a machine is shared.
    workedMicros: over((round) => ((of(round).sessionMs ?? Number.NaN) / of(round).removed) * 1000),
  }));
  printTable({
    title: `Removing ${over((round) => round.eligible).median.toLocaleString("en")} of ${size.toLocaleString("en")} certificates, ${rounds.length} rounds: median (least–greatest)`,
    columns: ["variant", "removed", "seconds", "certificates a second", "× the floor", "µs of processor each"],
    rows: variants.map((variant) => [
      variant.name,
      variant.removed.median.toLocaleString("en"),
      figures(scaled(variant.totalMs, 1 / 1000), 2),
      figures(variant.perSecond, 0),
      figures(variant.ratio, 2),
      figures(variant.workedMicros, 0),
    ]),
  });
  const run = {
    longestBatchMs: over((round) => round.product.longestBatchMs),
    batches: over((round) => round.product.batches),
    peakMemoryMb: over((round) => round.product.peakMemoryMb),
  };
  const overview = (["list", "summary"] as const).flatMap((query) =>
    [0.5, 0.99].map((share) => ({
      query,
      share,
      idle: over((round) => quantile(round.overview.idle[query], share)),
      beside: over((round) => quantile(round.overview.beside[query], share)),
      ratio: over(({ overview: { idle, beside } }) => quantile(beside[query], share) / quantile(idle[query], share)),
    })),
  );
  printTable({
    title: `The Overview's queries, in milliseconds (${counts(rounds)})`,
    columns: ["query", "idle", "beside the run", "ratio"],
    rows: overview.map(({ query, share, idle, beside, ratio }) => [
      `${query} p${share * 100}`,
      figures(idle, 1),
      figures(beside, 1),
      figures(ratio, 2),
    ]),
  });
  printTable({
    title: "The nightly run",
    columns: ["what", "median (least–greatest)"],
    rows: [
      ["longest batch, ms", figures(run.longestBatchMs)],
      ["batches", figures(run.batches, 0)],
      ["peak memory of the process, MB", figures(run.peakMemoryMb)],
    ],
  });
  const growths = rounds.flatMap(({ product, small }) =>
    small === null ? [] : [product.peakMemoryMb - small.peakMemoryMb],
  );
  const ratio = variants[1]?.ratio.median ?? Number.NaN;
  const p99 = overview[1]?.ratio.median ?? Number.NaN;
  const left = over((round) => round.product.left);
  const disagreeing = over((round) => Math.abs(round.product.removed - (round.eligible - round.product.left)));
  const goals: Goal[] = [
    goal("the nightly run against the floor", ratio, 1.5, "×"),
    goal("longest batch", run.longestBatchMs.median, 100, "ms"),
    ...(growths.length === 0 ? [] : [goal("memory beyond that at 100,000", spreadOf(growths).median, 20, "MB")]),
    goal("list p99 beside the run against idle", p99, 2, "×"),
    goal("eligible certificates left", left.greatest, 0, ""),
    goal("removals that differ from records", disagreeing.greatest, 0, ""),
  ];
  printGoals(goals);
  const raw = rounds.map(({ overview: { idle, beside }, ...round }) => ({
    ...round,
    overviewQueries: { idle: idle.list.length, beside: beside.list.length },
  }));
  writeReport(`cleanup-${size}`, now, { size, variants, run, overview, goals, rounds: raw });
}

function goal(what: string, found: number, most: number, unit: string): Goal {
  return {
    what,
    wanted: `≤ ${most} ${unit}`.trim(),
    found: `${found.toLocaleString("en", { maximumFractionDigits: 2 })} ${unit}`.trim(),
    reached: found <= most,
  };
}

function scaled({ median, least, greatest }: Spread, by: number): Spread {
  return { median: median * by, least: least * by, greatest: greatest * by };
}

function counts(rounds: Round[]): string {
  const most = (pick: (round: Round) => OverviewTimes) => Math.min(...rounds.map((round) => pick(round).list.length));
  return `at least ${most((round) => round.overview.idle)} of each idle, ${most((round) => round.overview.beside)} beside`;
}
