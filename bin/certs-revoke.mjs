import { randomUUID } from "node:crypto";
import { confirm, openTerminal } from "./ask.mjs";
import { EXIT, Failure } from "./failure.mjs";
import { contentOf } from "./pages.mjs";
import { plain } from "./text.mjs";

const UNTOUCHED = "Nothing was revoked.";

/** @param {any} tool @param {any} asked */
export async function run(tool, { values, rest: [id] }) {
  const { client, output } = tool;
  const { yes = false, retry = false, reason, json = false } = values;
  if (retry && reason !== undefined)
    throw new Failure("The reason was given before. Say none with --retry.", EXIT.usage);
  // What was asked for already is not asked about again.
  if (!yes && !retry && !(await agrees(tool, id))) throw new Failure(UNTOUCHED);
  const path = `/certificates/${encodeURIComponent(id)}/revoke${retry ? "/retry" : ""}`;
  const body = retry || reason === undefined ? {} : { reason };
  const answer = contentOf(await client.call("POST", path, { key: randomUUID(), body, finishes: true }));
  if (json) await output.json({ id, ...answer });
  else await output.line(lineOf(answer));
  return answer.outcome === "revoked" ? EXIT.ok : EXIT.failed;
}

async function agrees({ client, output, stdin, stop }, id) {
  const input = openTerminal({ stdin, stderr: output.stderr }, "Say --yes to revoke without being asked.");
  const { name } = contentOf(await client.call("GET", `/certificates/${encodeURIComponent(id)}`));
  const question = `${plain(name)} will be revoked at its CA, which cannot be undone. Type its name to revoke it:`;
  return confirm({ input, output: output.stderr, question, wanted: [plain(name), name], untouched: UNTOUCHED, stop });
}

function lineOf({ outcome, name, detail }) {
  if (outcome === "revoked") return `Revoked: ${plain(name)}.`;
  return `NOT revoked yet: ${plain(name)}. ${plain(detail ?? "")} The server goes on; --retry asks the CA again at once.`;
}
