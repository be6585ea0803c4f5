import { randomUUID } from "node:crypto";
import { EXIT } from "./failure.mjs";
import { contentOf } from "./pages.mjs";
import { plain } from "./text.mjs";

/** @param {any} tool @param {any} asked */
export async function run({ client, output }, { values, rest: [id] }) {
  const path = `/certificates/${encodeURIComponent(id)}/renew`;
  const order = contentOf(await client.call("POST", path, { key: randomUUID(), body: {}, finishes: true }));
  if (values.json) await output.json(order);
  else await output.line(lineOf(order));
  return order.state === "failed" ? EXIT.failed : EXIT.ok;
}

function lineOf({ id, issuer, certificate_id: certificateId, problem }) {
  if (certificateId !== null) return `Renewed by ${plain(issuer.name)}: certificate ${certificateId}.`;
  if (problem !== null) return `Order ${id} does not go on: ${plain(problem)}`;
  return `Order ${id} goes on by itself.`;
}
