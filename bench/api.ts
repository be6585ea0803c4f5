import path from "node:path";
import { z } from "zod";
import { ensureBuild } from "../scripts/build.mjs";
import { reportApi, type Slice } from "./api-report";
import type { ApiCall } from "./api-statements";
import { readArguments } from "./arguments";
import { type Child, startChild } from "./children";
import { withClient } from "./databases";
import { type Dataset, prepareDataset } from "./dataset";

const ROOT = path.join(import.meta.dirname, "..");
const CALLS = ["get", "list", "delete"] as const;
/** Fewer than what all tokens together may ask in a window. */
const SECONDS = 3;
const CONNECTIONS = 8;
/** Certificates that are deleted in one go, and those that get asks for. */
const DELETIONS = 300;
const SHOWN = 2_000;

const { size, rounds } = readArguments();
const now = new Date();
// The build reaches no database, but wants to hear of one.
await ensureBuild(ROOT, { ...process.env, DATABASE_URL: "postgres://nobody@localhost:1/nothing" });
const dataset = await prepareDataset(size, now);
const { database, accountId, admin } = dataset;
const variants = await startVariants(dataset);
const load = startChild("api-load.ts", database.url);
const slices: Slice[] = [];
// The first round only warms up.
for (let round = 0; round <= rounds; round += 1) {
  console.log(round === 0 ? "Warming up" : `Round ${round} of ${rounds}`);
  for (const call of CALLS) {
    for (const variant of turned(variants.list, round)) {
      const slice = await play(variant, call);
      if (round > 0) slices.push(slice);
    }
  }
}
for (const child of [load, ...variants.children]) child.leave();
await Promise.all([load, ...variants.children].map(({ ended }) => ended));
reportApi({ size, rounds, now, connections: CONNECTIONS, slices });

type Variant = { name: Slice["variant"]; base: string; server: Child };

async function startVariants({ database: { url }, accountId: account }: Dataset) {
  const stock = SHOWN + DELETIONS * 3 * (rounds + 1);
  const bare = startChild("api-bare.ts", url, [account, admin.userId, admin.email, String(stock)]);
  const said = z.object({ url: z.url(), tokens: z.array(z.string()), ids: z.array(z.uuid()) }).parse(await bare.hear());
  const product = startChild("list-server.mjs", url, [ROOT], []);
  const productUrl = z.url().parse(await product.hear());
  const list: Variant[] = [
    { name: "product", base: productUrl, server: product },
    { name: "same SQL", base: `${said.url}/same`, server: bare },
    { name: "select alone", base: `${said.url}/alone`, server: bare },
  ];
  const [shown, stocked] = [said.ids.slice(0, SHOWN), said.ids.slice(SHOWN)];
  return { list, children: [bare, product], tokens: said.tokens, shown, stocked };
}

async function play({ name, base, server }: Variant, call: ApiCall): Promise<Slice> {
  // A window of a token holds 1,200 requests in five minutes.
  await withClient(database.url, (client) => client.query("delete from api_token_windows"));
  const here = `/accounts/${accountId}/mtls_certificates`;
  const paths = {
    get: () => variants.shown.map((id) => `${here}/${id}`),
    list: () => [`${here}?page=1&per_page=50`],
    delete: () => variants.stocked.splice(0, DELETIONS).map((id) => `${here}/${id}`),
  }[call]();
  const before = await processorTime(server);
  load.tell(
    JSON.stringify({
      base,
      method: call === "delete" ? "DELETE" : "GET",
      paths,
      tokens: variants.tokens,
      connections: CONNECTIONS,
      seconds: call === "delete" ? null : SECONDS,
    }),
  );
  const { milliseconds, seconds } = z
    .object({ milliseconds: z.array(z.number()), seconds: z.number() })
    .parse(await load.hear());
  const processor = (await processorTime(server)) - before;
  return { variant: name, call, milliseconds, seconds, processor };
}

/** Seconds that a server's process has used so far. */
async function processorTime(server: Child): Promise<number> {
  server.tell("processor time");
  const { user, system } = z.object({ user: z.number(), system: z.number() }).parse(await server.hear());
  return (user + system) / 1_000_000;
}

/** Another one begins in each round. */
function turned<T>(list: readonly T[], by: number): T[] {
  const from = by % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
}
