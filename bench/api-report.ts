import type { ApiCall } from "./api-statements";
import { figures, type Goal, printGoals, printTable, writeReport } from "./report";
import { quantile, type Spread, spreadOf } from "./statistics";

export const VARIANTS = ["product", "same SQL", "select alone"] as const;

/** One variant asked for one thing for a while: how long each answer took, and what the server's process used. */
export type Slice = {
  variant: (typeof VARIANTS)[number];
  call: ApiCall;
  milliseconds: number[];
  seconds: number;
  processor: number;
};

type Run = { size: number; rounds: number; now: Date; connections: number; slices: Slice[] };

const WANTED_SHARE = 1 / 3;

export function reportApi({ slices, now, ...run }: Run): void {
  const calls = [...new Set(slices.map(({ call }) => call))];
  const medians = calls.flatMap((call) =>
    VARIANTS.map((variant) => {
      const of = slices.filter((slice) => slice.call === call && slice.variant === variant);
      const spread = (figure: (slice: Slice) => number): Spread => spreadOf(of.map(figure));
      return {
        call,
        variant,
        rate: spread(({ milliseconds, seconds }) => milliseconds.length / seconds),
        p50: spread(({ milliseconds }) => quantile(milliseconds, 0.5)),
        p99: spread(({ milliseconds }) => quantile(milliseconds, 0.99)),
        processorMs: spread(({ milliseconds, processor }) => (processor * 1000) / milliseconds.length),
      };
    }),
  );
  printTable({
    title: `${run.connections} connections at once, ${run.size.toLocaleString("en")} certificates: median (least–greatest) of ${run.rounds}`,
    columns: ["call", "requests a second", "p50, ms", "p99, ms", "processor time of Node, ms each"],
    rows: medians.map(({ call, variant, rate, p50, p99, processorMs }) => [
      `${call}, ${variant}`,
      figures(rate, 0),
      figures(p50),
      figures(p99),
      figures(processorMs, 2),
    ]),
  });
  const goals = calls.map((call): Goal => {
    // Of neighbours in time, so that a slow minute of the machine weighs on both.
    const of = (variant: Slice["variant"]) =>
      slices
        .filter((slice) => slice.call === call && slice.variant === variant)
        .map(({ milliseconds, seconds }) => milliseconds.length / seconds);
    const bare = of("same SQL");
    const shares = spreadOf(of("product").map((rate, round) => rate / (bare[round] ?? Number.NaN)));
    return {
      what: `${call}: the product's rate against the bare server's, same SQL`,
      wanted: call === "get" ? "≥ 0.33" : "",
      found: figures(shares, 2),
      reached: shares.median >= WANTED_SHARE,
    };
  });
  printGoals(goals);
  writeReport("api", now, { ...run, goals, medians });
}
