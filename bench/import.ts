import { readArguments } from "./arguments";
import { startChild } from "./children";
import { copyDatabase, dropDatabase } from "./databases";
import { type Dataset, prepareDataset } from "./dataset";
import { prepareFiles } from "./import-files";
import { FILES_PER_REQUEST, type ImportResult, importMessage, MARKS } from "./import-protocol";
import { figures, printGoals, printTable, writeReport } from "./report";
import { type Spread, spreadOf } from "./statistics";

const WANTED_PER_SECOND = 1_000;
const WANTED_GROWTH_MB = 20;

const { size, rounds } = readArguments();
const now = new Date();
const dataset = await prepareDataset(size, now);
const makeFile = await prepareFiles(now);
const results: ImportResult[] = [];
for (let round = 1; round <= rounds; round += 1) {
  console.log(`Round ${round} of ${rounds}`);
  results.push(await importIntoCopy(dataset));
}
report(results);

/** A process of its own for each round, so that one's memory says nothing of another's. */
async function importIntoCopy({ database, accountId, admin }: Dataset): Promise<ImportResult> {
  const copy = await copyDatabase(database, "import");
  try {
    const child = startChild("import-run.ts", copy.url, [accountId, admin.userId, admin.email]);
    for (;;) {
      const message = importMessage.parse(await child.hear());
      if (message.kind === "result") {
        await child.ended;
        return message.result;
      }
      const { first, count } = message.order;
      const files = await Promise.all(Array.from({ length: count }, (_, index) => makeFile(first + index)));
      child.tell(JSON.stringify(files));
    }
  } finally {
    await dropDatabase(copy);
  }
}

function report(all: ImportResult[]): void {
  const of = (value: (result: ImportResult) => number): Spread => spreadOf(all.map(value));
  const at = (mark: number, what: "heap" | "peak") =>
    of(({ memory }) => memory.find(({ certificates }) => certificates === mark)?.[what] ?? Number.NaN);
  const [least, most] = MARKS;
  const corpora = all.flatMap(({ corpus }) => corpus ?? []);
  if (corpora.length === 0)
    console.log("THERE IS NO CORPUS BESIDE THE PROJECT: ONLY GENERATED CERTIFICATES WERE IMPORTED.");
  const [corpus] = corpora;
  const perSecond = of((result) => result.perSecond);
  const processors = all.flatMap(({ perProcessorSecond }) => perProcessorSecond ?? []);
  const onOneCore = processors.length === 0 ? null : spreadOf(processors);
  printTable({
    title: `Importing ${most.toLocaleString("en")} certificates, ${FILES_PER_REQUEST} a request, one request at a time, into ${size.toLocaleString("en")}`,
    columns: ["what", "median (least–greatest)"],
    rows: [
      ["certificates a second", figures(perSecond, 0)],
      ...(onOneCore === null
        ? []
        : [
            ["certificates in a second of one core", figures(onOneCore, 0)],
            [
              "  of which PostgreSQL, %",
              figures(
                of((result) => (result.databaseShare ?? 0) * 100),
                0,
              ),
            ],
          ]),
      ["a request, ms: median", figures(of((result) => result.median))],
      ["a request, ms: p99", figures(of((result) => result.p99))],
      ...(corpus === undefined
        ? []
        : [
            [
              `corpus: ${corpus.certificates} of ${corpus.files} files, a second`,
              figures(spreadOf(corpora.map((each) => each.perSecond)), 0),
            ],
          ]),
      ...MARKS.flatMap((mark) => [
        [`MB in use after ${mark.toLocaleString("en")}`, figures(at(mark, "heap"))],
        [`MB at most until ${mark.toLocaleString("en")}`, figures(at(mark, "peak"))],
      ]),
    ],
  });
  const growth = at(most, "heap").median - at(least, "heap").median;
  const goals = [
    {
      what: "certificates in a second of one core",
      wanted: `≥ ${WANTED_PER_SECOND.toLocaleString("en")}`,
      found: figures(onOneCore ?? perSecond, 0),
      reached: (onOneCore ?? perSecond).median >= WANTED_PER_SECOND,
    },
    {
      what: `memory in use, ${most.toLocaleString("en")} against ${least.toLocaleString("en")}`,
      wanted: `≤ +${WANTED_GROWTH_MB} MB`,
      found: `${growth >= 0 ? "+" : ""}${growth.toFixed(1)} MB`,
      reached: growth <= WANTED_GROWTH_MB,
    },
  ];
  printGoals(goals);
  writeReport("import", now, { size, rounds, goals, results: all });
}
