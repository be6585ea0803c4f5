import { randomUUID } from "node:crypto";
import { readCertificateFile } from "./certificate-file.mjs";
import { EXIT, Failure, Stopped } from "./failure.mjs";
import { workThrough } from "./pool.mjs";
import { startProgress } from "./progress.mjs";
import { formatTable } from "./table.mjs";
import { counted } from "./text.mjs";
import { findFiles } from "./walk.mjs";

/** Requests under way at once: the server reads one certificate while the next is on its way. */
const AT_ONCE = 4;
/** With more files than this, those that were simply added are counted, not listed. */
const LISTED = 20;

const WORDS = { added: "added", exists: "already there", refused: "refused" };

/** @typedef {{ file: string, outcome: "added" | "exists" | "refused", id?: string, name?: string, has_private_key?: boolean, reason?: string }} Result */

/** @param {any} tool @param {any} asked */
export async function run({ client, output, stop }, { values, rest: paths }) {
  const { files, refused, passedOver } = await findFiles(paths, stop);
  if (values.name !== undefined && files.length !== 1) {
    throw new Failure(`--name is for one file, and here are ${files.length}.`, EXIT.usage);
  }
  if (files.length + refused.length === 0) throw new Failure("There is no certificate file in it.");
  const tell = async (result) => (values.json ? await output.json(result) : undefined);
  /** @type {Result[]} */
  const results = refused.map(({ file, reason }) => ({ file, outcome: "refused", reason }));
  for (const result of results) await tell(result);
  const progress = startProgress({ verb: "Uploading", of: "files", total: files.length, stream: output.stderr });
  let sent = 0;
  const failure = await workThrough(files, { atOnce: AT_ONCE, stop }, async (file) => {
    const result = await upload(client, file, values.name);
    results.push(result);
    await tell(result);
    progress.show(++sent);
  });
  progress.clear();
  if (!values.json) await writeResults(output, results, values.verbose === true);
  const summary = summaryOf(results, passedOver);
  const open = files.length - sent;
  if (failure instanceof Stopped) throw new Stopped(`Stopped. ${summary} ${counted(open, "file")} not sent.`);
  if (failure !== null)
    throw new Failure(`${failure.message}\n${summary} ${counted(open, "file")} not sent.`, failure.exit);
  if (values.json) output.note(summary);
  else await output.line(summary);
  return results.some(({ outcome }) => outcome === "refused") ? EXIT.failed : EXIT.ok;
}

/** @returns {Promise<Result>} */
async function upload(client, file, name) {
  const reading = await readCertificateFile(file);
  if (reading.kind === "refused") return { file, outcome: "refused", reason: reading.reason };
  const body = { ...reading.body, ...(name === undefined ? {} : { name }) };
  const answer = await client.call("POST", "/certificates", { body, key: randomUUID(), finishes: true });
  if (!answer.ok) return { file, outcome: "refused", reason: answer.problem.detail ?? `HTTP ${answer.status}` };
  const { id, name: given, outcome } = answer.value;
  if (outcome === "exists") return { file, outcome, id, name: given };
  return { file, outcome: "added", id, name: given, has_private_key: reading.body.private_key !== undefined };
}

async function writeResults(output, results, listsAll) {
  const added = results.filter(({ outcome }) => outcome === "added");
  const isLong = !listsAll && added.length > LISTED;
  const others = ["exists", "refused"].flatMap((word) => results.filter(({ outcome }) => outcome === word));
  const listed = [...(isLong ? [] : added), ...others];
  const columns = [
    { title: "RESULT" },
    { title: "FILE", most: Math.max(20, output.room - 70) },
    { title: "NAME OR REASON", wraps: true },
  ];
  const rows = listed.map(({ file, outcome, name = "", has_private_key: hasKey, reason }) => [
    WORDS[outcome],
    file,
    reason ?? (hasKey ? `${name} (with its private key)` : name),
  ]);
  if (rows.length > 0)
    await output.lines(formatTable(columns, rows, { room: output.room, dim: (text) => output.paint("dim", text) }));
  if (isLong) output.note(`The ${counted(added.length, "file")} that were added are not listed; --verbose lists them.`);
}

function summaryOf(results, passedOver) {
  const count = (word) => results.filter(({ outcome }) => outcome === word).length.toLocaleString("en");
  const other = passedOver === 0 ? "" : ` ${counted(passedOver, "other file")} passed over.`;
  return `${count("added")} added, ${count("exists")} already there, ${count("refused")} refused.${other}`;
}
