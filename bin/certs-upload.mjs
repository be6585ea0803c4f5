import { randomUUID } from "node:crypto";
import { EXIT, Failure, Stopped } from "./failure.mjs";
import { workThrough } from "./pool.mjs";
import { startProgress } from "./progress.mjs";
import { counted } from "./text.mjs";
import { batchesOf, measure, readForm } from "./upload-batches.mjs";
import { refusedFor, resultOf, summaryOf, writeResults } from "./upload-results.mjs";
import { findFiles } from "./walk.mjs";

/** Requests under way at once: the server reads one while the next is on its way. */
const AT_ONCE = 2;

/** @typedef {import("./upload-results.mjs").Result} Result */

/** @param {any} tool @param {any} asked */
export async function run(tool, { values, rest: paths }) {
  const { output, stop, env } = tool;
  const found = await findFiles(paths, { stop, takesKeys: values.keys === true });
  const { sized, refused } = await measure(found.files);
  if (values.name !== undefined && sized.length !== 1) {
    throw new Failure(`--name is for one file, and here are ${sized.length}.`, EXIT.usage);
  }
  const fields = { name: values.name, password: env.CERTSWEEP_UPLOAD_PASSWORD || undefined };
  /** @type {Result[]} */
  const results = [];
  const tell = async (result) => {
    results.push(result);
    if (values.json) await output.json(result);
  };
  for (const { file, reason } of [...found.refused, ...refused]) await tell(refusedFor(file, reason));
  if (sized.length + results.length === 0) throw new Failure("There is no certificate file.");
  const progress = startProgress({ verb: "Uploading", of: "files", total: sized.length, stream: output.stderr });
  let sent = 0;
  const failure = await workThrough(batchesOf(sized), { atOnce: AT_ONCE, stop }, async (batch) => {
    for (const result of await upload(tool, batch, fields)) await tell(result);
    sent += batch.length;
    progress.show(sent);
  });
  progress.clear();
  if (!values.json) await writeResults(output, results, values.verbose === true);
  const summary = summaryOf(results, found.passedOver);
  const open = `${counted(sized.length - sent, "file")} not sent.`;
  if (failure instanceof Stopped) throw new Stopped(`Stopped. ${summary} ${open}`);
  if (failure instanceof Failure) throw new Failure(`${failure.message}\n${summary} ${open}`, failure.exit);
  if (failure !== null) throw failure;
  if (values.json) output.note(summary);
  else await output.line(summary);
  return results.some(({ outcome }) => outcome === "refused") ? EXIT.failed : EXIT.ok;
}

/** One request. When it is refused as a whole, each file is sent alone, so that none suffers for another. */
async function upload(tool, batch, fields) {
  const { form, sent, refused } = await readForm(batch, fields);
  /** @type {Result[]} */
  const results = refused.map(({ file, reason }) => refusedFor(file, reason));
  if (sent.length === 0) return results;
  const answer = await tool.client.call("POST", "/certificates/upload", { form, key: randomUUID(), finishes: true });
  if (answer.ok) return [...results, ...sent.map(({ path }, index) => resultOf(path, answer.value.files[index]))];
  if (sent.length === 1)
    return [...results, refusedFor(sent[0].path, answer.problem.detail ?? `HTTP ${answer.status}`)];
  for (const file of sent) results.push(...(await upload(tool, [file], fields)));
  return results;
}
