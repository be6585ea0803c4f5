import { z } from "zod";
import { buildCopy, EMPTY_PATH } from "./app-copy";
import { readArguments } from "./arguments";
import { type Child, startChild } from "./children";
import { prepareDataset } from "./dataset";
import { figureCases, type ListCase, listCases, wholeCases } from "./list-cases";
import { reportList, type Samples } from "./list-report";
import { signIn, type Visitor } from "./list-visitor";

/** Of every measured thing in a round, one after the other through all things and sizes. */
const REPEATS = 10;
/** Figures are asked for with every third of them, what is counted to the end once a round. */
const FIGURES_EVERY = 3;

const { size, rounds } = readArguments();
const now = new Date();
const folder = await buildCopy();
const sizes = [...new Set([10_000, 100_000, 1_000_000].filter((each) => each < size)), size];
const inventories: Inventory[] = [];
for (const each of sizes) inventories.push(await openInventory(each));
const samples: Samples[] = [];
// The first round only warms up: code that runs for the first time, and pages that nobody has read yet.
for (let round = 0; round <= rounds; round += 1) {
  console.log(round === 0 ? "Warming up" : `Round ${round} of ${rounds}`);
  for (let repeat = 0; repeat < (round === 0 ? 3 : REPEATS); repeat += 1) {
    for (const inventory of inventories) {
      const asked = await askLists(inventory);
      if (repeat % FIGURES_EVERY === 0) asked.push(...(await askFigures(inventory)));
      if (repeat === 0) asked.push(...(await askWhole(inventory)));
      if (round > 0) samples.push(...asked);
    }
  }
}
for (const { visitor, server, sql } of inventories) {
  visitor.leave();
  for (const child of [server, sql]) child.leave();
  await Promise.all([server.ended, sql.ended]);
}
reportList({ size, rounds, now, samples });

type Inventory = { size: number; visitor: Visitor; server: Child; sql: Child; lists: ListCase[] };

async function openInventory(certificates: number): Promise<Inventory> {
  const { database, accountId, admin } = await prepareDataset(certificates, now);
  const sql = startChild("list-sql.ts", database.url, [accountId]);
  const { deep } = z.object({ deep: z.string() }).parse(await sql.hear());
  const server = startChild("list-server.mjs", database.url, [folder], []);
  const visitor = await signIn(z.string().parse(await server.hear()), admin);
  return { size: certificates, visitor, server, sql, lists: listCases(deep) };
}

async function askLists(inventory: Inventory): Promise<Samples[]> {
  const { size: certificates, visitor, lists } = inventory;
  const taken: Samples[] = [await asked(certificates, "empty", "empty page", visitor.time(EMPTY_PATH))];
  for (const { name, params } of lists) {
    taken.push(await askDatabase(inventory, name));
    const path = `/api/certificates?${new URLSearchParams(params)}`;
    taken.push(await asked(certificates, "route", name, visitor.time(path)));
  }
  for (const { name, params } of lists.slice(0, 2)) {
    taken.push(await asked(certificates, "page", name, visitor.time(`/?${new URLSearchParams(params)}`)));
  }
  return taken;
}

async function askFigures(inventory: Inventory): Promise<Samples[]> {
  const taken: Samples[] = [];
  for (const { name, params } of figureCases()) {
    const search = new URLSearchParams(params);
    for (const [figure, route] of [
      [name, "summary"],
      [`timeline of ${name}`, "timeline"],
    ] as const) {
      taken.push(await askDatabase(inventory, figure));
      const path = `/api/certificates/${route}?${search}`;
      taken.push(await asked(inventory.size, "route", figure, inventory.visitor.time(path)));
    }
  }
  return taken;
}

async function askWhole({ size: certificates, visitor }: Inventory): Promise<Samples[]> {
  const taken: Samples[] = [];
  for (const { name, path } of wholeCases()) taken.push(await asked(certificates, "route", name, visitor.time(path)));
  return taken;
}

async function askDatabase({ size: certificates, sql }: Inventory, name: string): Promise<Samples> {
  sql.tell(name);
  return { size: certificates, kind: "sql", name, milliseconds: z.number().parse(await sql.hear()) };
}

async function asked(of: number, kind: Samples["kind"], name: string, time: Promise<number>): Promise<Samples> {
  return { size: of, kind, name, milliseconds: await time };
}
