import { figures, type Goal, printGoals, printTable, writeReport } from "./report";
import { type Spread, spreadOf } from "./statistics";

/** One thing asked once: of the bare database, of the data route, of the page, or of the empty page. */
export type Samples = { size: number; kind: "sql" | "route" | "page" | "empty"; name: string; milliseconds: number };

const ALLOWED_MS = 5;
const ALLOWED_DEPTH = 1.2;
const ALLOWED_GROWTH = 1.3;

type Run = { size: number; rounds: number; now: Date; samples: Samples[] };

export function reportList({ size, rounds, now, samples }: Run): void {
  const sizes = [...new Set(samples.map((sample) => sample.size))];
  const namesOf = (kind: Samples["kind"]) => [
    ...new Set(samples.filter((sample) => sample.kind === kind).map(({ name }) => name)),
  ];
  const names = namesOf("sql");
  const whole = namesOf("route").filter((name) => !names.includes(name));
  const of = (certificates: number, kind: Samples["kind"], name: string): Spread =>
    spreadOf(
      samples
        .filter((each) => each.size === certificates && each.kind === kind && each.name === name)
        .map(({ milliseconds }) => milliseconds),
    );
  const emptyOf = (certificates: number) => of(certificates, "empty", "empty page").median;
  for (const certificates of sizes) {
    printTable({
      title: `${certificates.toLocaleString("en")} certificates, ms: median (least–greatest); an empty page takes ${emptyOf(certificates).toFixed(1)}`,
      columns: ["what", "bare SQL", "data route", "beyond the empty page", "page"],
      rows: names.map((name) => {
        const route = of(certificates, "route", name);
        const beyond = (route.median - emptyOf(certificates)).toFixed(1);
        const page = ["first page", "deep page"].includes(name) ? figures(of(certificates, "page", name)) : "";
        return [name, figures(of(certificates, "sql", name)), figures(route), beyond, page];
      }),
    });
  }
  printTable({
    title: "Counted to the end, or to a limit of their own; data route, ms: median (least–greatest)",
    columns: ["what", ...sizes.map((certificates) => certificates.toLocaleString("en"))],
    rows: whole.map((name) => [name, ...sizes.map((certificates) => figures(of(certificates, "route", name), 0))]),
  });
  // Timelines are 26 counts each and come after the page.
  const lists = names.filter((name) => !name.startsWith("timeline"));
  const goals = [
    ...sizes.flatMap((certificates) => [
      ...lists.map((name) =>
        beyondGoal(name, certificates, of(certificates, "route", name).median - emptyOf(certificates)),
      ),
      ratioGoal(`deep page : first, data route, ${certificates.toLocaleString("en")}`, ALLOWED_DEPTH, [
        of(certificates, "route", "deep page"),
        of(certificates, "route", "first page"),
      ]),
    ]),
    ...lists.map((name) =>
      ratioGoal(
        `${name}, data route, ${size.toLocaleString("en")} : ${(sizes[0] ?? 0).toLocaleString("en")}`,
        ALLOWED_GROWTH,
        [of(size, "route", name), of(sizes[0] ?? size, "route", name)],
      ),
    ),
  ];
  printGoals(goals);
  const medians = sizes.flatMap((certificates) =>
    (["empty", "sql", "route", "page"] as const).flatMap((kind) =>
      namesOf(kind).map((name) => ({
        size: certificates,
        kind,
        name,
        ...of(certificates, kind, name),
      })),
    ),
  );
  writeReport("list", now, { size, rounds, goals, medians });
}

function beyondGoal(name: string, certificates: number, beyond: number): Goal {
  return {
    what: `${name}, data route, ${certificates.toLocaleString("en")}`,
    wanted: `≤ empty page + ${ALLOWED_MS} ms`,
    found: `${beyond >= 0 ? "+" : ""}${beyond.toFixed(1)} ms`,
    reached: beyond <= ALLOWED_MS,
  };
}

function ratioGoal(what: string, wanted: number, [one, other]: [Spread, Spread]): Goal {
  const ratio = one.median / other.median;
  return { what, wanted: `≤ ${wanted}`, found: ratio.toFixed(2), reached: ratio <= wanted };
}
