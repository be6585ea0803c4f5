import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, Failure, Stopped } from "./failure.mjs";
import { contentOf } from "./pages.mjs";
import { plain } from "./text.mjs";

const ASK_EVERY_MS = 1_000;

/** @param {any} tool @param {any} asked */
export async function run({ client, output, stop }, { values, rest: names }) {
  const { csr: file, key, days, challenge } = values;
  if (file === undefined && names.length === 0) throw new Failure("Say for which names, or --csr FILE.", EXIT.usage);
  if (file !== undefined && (names.length > 0 || key !== undefined)) {
    throw new Failure("The CSR says the names and has its own key. Say neither beside it.", EXIT.usage);
  }
  const csr = file === undefined ? undefined : await readRequest(file);
  const issuer = await findIssuer(client, values.issuer);
  const body = { issuer_id: issuer.id, names, key, csr, days, challenge };
  const placed = contentOf(await client.call("POST", "/orders", { key: randomUUID(), body, finishes: true }));
  const order = values.wait === true ? await waitForEnd({ client, output, stop }, placed) : placed;
  if (values.json) await output.json(order);
  else await output.lines(linesOf(order, issuer));
  return ["failed", "canceled"].includes(order.state) ? EXIT.failed : EXIT.ok;
}

async function readRequest(file) {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${error.message}`, EXIT.failed, { cause: error });
  }
}

/** By its name or id; without one the only issuer that is in use. */
async function findIssuer(client, wanted) {
  const { issuers } = contentOf(await client.call("GET", "/issuers"));
  const usable = issuers.filter(({ retired_at: retiredAt }) => retiredAt === null);
  const named = wanted === undefined ? usable : issuers.filter(({ id, name }) => id === wanted || name === wanted);
  const [issuer, ...others] = named;
  if (issuer !== undefined && others.length === 0) return issuer;
  if (wanted !== undefined) throw new Failure(`There is no issuer “${wanted}”.`);
  if (issuer === undefined) throw new Failure("There is no issuer in use. A product admin can add one.");
  const list = usable.map(({ name }) => plain(name)).join(", ");
  throw new Failure(`Say which issuer, with --issuer: ${list}.`, EXIT.usage);
}

/** Asks until the order has ended, or somebody has to set a record first. */
async function waitForEnd({ client, output, stop }, placed) {
  let order = placed;
  let told = order.steps.length;
  try {
    while (order.ended_at === null && order.state !== "waiting_for_dns") {
      await sleep(ASK_EVERY_MS, undefined, { signal: stop });
      order = contentOf(await client.call("GET", `/orders/${placed.id}`));
      for (const { text } of order.steps.slice(told)) output.note(plain(text));
      told = order.steps.length;
    }
  } catch (error) {
    if (!stop.aborted) throw error;
    throw new Stopped(`Not waiting any longer. Order ${placed.id} goes on by itself on the server.`);
  }
  return order;
}

function linesOf(order, { name }) {
  const { id, state, problem, authorizations, certificate_id: certificateId } = order;
  if (certificateId !== null) return [`Issued by ${plain(name)}: certificate ${certificateId}.`];
  if (problem !== null) return [`Order ${id} is ${state}: ${plain(problem)}`];
  if (state !== "waiting_for_dns") return [`Order ${id} goes on by itself. --wait waits for its end.`];
  const records = authorizations.filter((each) => each.status === "pending" && each.txt_name !== null);
  return [
    `Order ${id} waits for these TXT records; have them checked on its page, or with POST /api/v1/orders/${id}/check:`,
    ...records.map((record) => `  ${plain(record.txt_name)}  ${plain(record.txt_value)}`),
  ];
}
