import { connect } from "node:tls";
import { z } from "zod";
import { probeEndpoint } from "@/lib/endpoints/probe";
import { PROBES_AT_ONCE } from "@/lib/endpoints/rules";
import { parseNetworks } from "@/lib/network/rules";
import { readArguments } from "./arguments";
import { startChild } from "./children";
import { figures, printGoals, printTable, writeReport } from "./report";
import { quantile, spreadOf } from "./statistics";

/** Endpoints of one variant in one round. */
const ENDPOINTS = 2_000;
/** Of what bare connections do. */
const WANTED_SHARE = 0.8;

const HOST = "127.0.0.1";
const NAME = "probed.test";

const now = new Date();
const { rounds } = readArguments();
const server = startChild("probe-server.ts", "");
const { port, fingerprint } = z.object({ port: z.number(), fingerprint: z.string() }).parse(await server.hear());
const networks = parseNetworks("loopback");
if (networks === null) throw new Error("loopback was not read");

/** One endpoint each; they answer with the fingerprint that they saw. */
const VARIANTS = {
  bare: () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: HOST, port, servername: NAME, rejectUnauthorized: false }, () => {
        const seen = socket.getPeerCertificate();
        socket.destroy();
        resolve(seen.fingerprint256.replaceAll(":", "").toLowerCase());
      });
      socket.on("error", reject);
    }),
  probe: async () => {
    const answer = await probeEndpoint({ host: HOST, port, serverName: NAME, protocol: "tls" }, { networks });
    return answer.kind === "served" ? answer.fingerprint : answer.problem;
  },
};
type Variant = keyof typeof VARIANTS;
type Round = { perSecond: number; perProcessorSecond: number };

const measured: Record<Variant, Round[]> = { bare: [], probe: [] };
// What runs for the first time is slow once in the life of a server.
for (const variant of ["bare", "probe"] as const) await play(variant);
for (let round = 0; round < rounds; round += 1) {
  // In turn first, since a machine slows down and recovers.
  const order: Variant[] = round % 2 === 0 ? ["bare", "probe"] : ["probe", "bare"];
  for (const variant of order) measured[variant].push(await play(variant));
}
server.leave();
await server.ended;

async function play(variant: Variant): Promise<Round> {
  const ask = VARIANTS[variant];
  let left = ENDPOINTS;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      const seen = await ask();
      if (seen !== fingerprint) throw new Error(`${variant} saw ${seen}`);
    }
  };
  const begun = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: PROBES_AT_ONCE }, work));
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond: (ENDPOINTS / (performance.now() - begun)) * 1_000,
    perProcessorSecond: (ENDPOINTS / (user + system)) * 1_000_000,
  };
}

const row = (what: string, variant: Variant) => [
  what,
  figures(spreadOf(measured[variant].map(({ perSecond }) => perSecond)), 0),
  figures(spreadOf(measured[variant].map(({ perProcessorSecond }) => perProcessorSecond)), 0),
];
printTable({
  title: `Endpoints on loopback, ${PROBES_AT_ONCE} at once, ${rounds} rounds of ${ENDPOINTS}`,
  columns: ["variant", "a second", "a second of the asking process's processor"],
  rows: [row("bare tls.connect", "bare"), row("the probe", "probe")],
});

const shareOf = (figure: keyof Round) =>
  quantile(
    measured.probe.map((round, index) => round[figure] / (measured.bare[index]?.[figure] ?? Number.NaN)),
    0.5,
  );
const goals = (["perSecond", "perProcessorSecond"] as const).map((figure) => ({
  what: figure === "perSecond" ? "endpoints a second" : "endpoints a second of processor",
  wanted: `≥ ${WANTED_SHARE * 100} % of bare`,
  found: `${Math.round(shareOf(figure) * 100)} %`,
  reached: shareOf(figure) >= WANTED_SHARE,
}));
printGoals(goals);
writeReport("probe", now, { endpoints: ENDPOINTS, atOnce: PROBES_AT_ONCE, rounds, measured, goals });
