import { confirm, openTerminal } from "./ask.mjs";
import { dayOf } from "./certificate-words.mjs";
import { foresee } from "./deletion-preview.mjs";
import { EXIT, Failure, Stopped, Unanswered } from "./failure.mjs";
import { readIds } from "./ids.mjs";
import { formatTable } from "./table.mjs";
import { counted, plain } from "./text.mjs";

/** Of more than this, the table of what goes would hide what stays. */
const LISTED = 20;
const UNTOUCHED = "Nothing was deleted.";
const UNCONFIRMED = "The server did not answer: it may have been deleted.";

/** @typedef {import("./deletion-preview.mjs").Verdict} Verdict */

/** @param {any} tool @param {any} asked */
export async function run(tool, { values, rest }) {
  const { output, stdin } = tool;
  const { yes = false, json = false, "dry-run": isDry = false } = values;
  const terminal =
    yes || isDry
      ? null
      : openTerminal(
          { stdin, stderr: output.stderr },
          "Say --yes to delete without being asked, or --dry-run to see what would go.",
        );
  const ids = await readIds(rest, { stdin, stop: tool.stop });
  if (ids.length === 0) throw new Failure("There are no ids.", EXIT.usage);
  const foreseen = await foresee(tool, ids);
  const going = foreseen.filter(({ outcome }) => outcome === "deletable");
  const settled = foreseen.filter(({ outcome }) => outcome !== "deletable");
  if (json) for (const verdict of isDry ? foreseen : settled) await output.json(verdict);
  else await writeForeseen(output, { going, settled });
  const stays = settled.some(({ outcome }) => outcome !== "gone");
  if (isDry) return stays ? EXIT.failed : EXIT.ok;
  if (going.length > 0 && terminal !== null && !(await agrees(tool, terminal, going))) throw new Failure(UNTOUCHED);
  const { done, failure } = await deleteEach(tool, going, json);
  const summary = summaryOf([...settled, ...done], going.length - done.length);
  if (failure instanceof Stopped) throw new Stopped(`Stopped. ${summary}`);
  if (failure instanceof Failure) throw new Failure(`${failure.message}\n${summary}`, failure.exit);
  if (failure !== null) throw failure;
  if (json) output.note(summary);
  else await output.line(summary);
  return stays || done.some(({ outcome }) => outcome !== "deleted" && outcome !== "gone") ? EXIT.failed : EXIT.ok;
}

async function writeForeseen(output, { going, settled }) {
  const dim = (text) => output.paint("dim", text);
  const options = { room: output.room, dim };
  const staying = settled.filter(({ outcome }) => outcome !== "gone");
  if (staying.length > 0) {
    const columns = [{ title: "ID" }, { title: "NAME", most: 30 }, { title: "WHY IT STAYS", wraps: true }];
    const rows = staying.map(({ id, name = "", reason = "" }) => [id, name, reason]);
    await output.lines(["Cannot be deleted:", ...formatTable(columns, rows, options), ""]);
  }
  if (going.length === 0 || going.length > LISTED) return;
  const columns = [{ title: "ID" }, { title: "STATUS", most: 8 }, { title: "EXPIRES" }, { title: "NAME" }];
  const rows = going.map(({ id, status = "", not_after = "", name = "" }) => [id, status, dayOf(not_after), name]);
  await output.lines(["To be deleted:", ...formatTable(columns, rows, options), ""]);
}

/** One that has ended takes a y; one that could still be in use its name; several the word. */
function agrees({ output, stop }, terminal, going) {
  const [first, ...others] = going;
  const name = plain(first.name);
  const hasEnded = ["expired", "revoked"].includes(first.status);
  const [question, wanted] =
    others.length > 0
      ? [`Type delete to delete ${counted(going.length, "certificate")} and their private keys for good:`, ["delete"]]
      : hasEnded
        ? [`Delete ${name} and its private key for good? [y/N]`, ["y", "Y", "yes"]]
        : [`${name} has not expired. Type its name to delete it and its private key for good:`, [name, first.name]];
  return confirm({ input: terminal, output: output.stderr, question, wanted, untouched: UNTOUCHED, stop });
}

/** One after the other; what the server did not confirm counts as not deleted. */
async function deleteEach({ client, output, stop }, going, json) {
  /** @type {Verdict[]} */
  const done = [];
  for (const { id, name } of going) {
    if (stop.aborted) return { done, failure: new Stopped() };
    try {
      const verdict = await deleteOne(client, { id, name });
      done.push(verdict);
      if (json) await output.json(verdict);
      else await output.line(lineOf(verdict));
    } catch (error) {
      if (error instanceof Unanswered) done.push({ id, name, outcome: "failed", reason: UNCONFIRMED });
      return { done, failure: error };
    }
  }
  return { done, failure: null };
}

/** @returns {Promise<Verdict>} */
async function deleteOne(client, { id, name }) {
  const answer = await client.call("DELETE", `/certificates/${id}`, { finishes: true });
  if (answer.ok) {
    const { outcome, removal_id } = answer.value;
    return { id, name, outcome: outcome === "gone" ? "gone" : "deleted", removal_id };
  }
  const { problem, status } = answer;
  const reason = problem.detail ?? `HTTP ${status}`;
  if (status === 404) return { id, name, outcome: "unknown", reason };
  if (problem.blockers !== undefined) return { id, name, outcome: "blocked", blockers: problem.blockers, reason };
  return { id, name, outcome: "failed", reason };
}

function lineOf({ outcome, id, name = "", reason = "" }) {
  if (outcome === "deleted") return `Deleted      ${id}  ${plain(name)}`;
  if (outcome === "gone") return `Gone already ${id}  ${plain(name)}`;
  return `NOT deleted  ${id}  ${plain(reason)}`;
}

/** @param {Verdict[]} verdicts @param {number} open of which it was not tried */
function summaryOf(verdicts, open) {
  const count = (word) => verdicts.filter(({ outcome }) => outcome === word).length;
  const parts = [
    [count("gone"), "gone already"],
    [count("blocked"), "blocked"],
    [count("unknown"), "unknown"],
    [count("failed"), "without a good answer"],
    [open, "not tried"],
  ];
  const others = parts
    .filter(([amount]) => amount > 0)
    .map(([amount, words]) => `, ${amount.toLocaleString("en")} ${words}`);
  return `${count("deleted").toLocaleString("en")} deleted${others.join("")}.`;
}
