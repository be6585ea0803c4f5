import { reasonsOf } from "./certificate-words.mjs";
import { Failure } from "./failure.mjs";
import { isId } from "./ids.mjs";
import { workThrough } from "./pool.mjs";
import { startProgress } from "./progress.mjs";

const AT_ONCE = 4;

/**
 * What would become of a certificate, or what became of it.
 * @typedef {object} Verdict
 * @property {string} id
 * @property {"deletable" | "deleted" | "gone" | "blocked" | "unknown" | "failed"} outcome `gone`: it had been deleted before
 * @property {string} [name]
 * @property {string} [status]
 * @property {string} [not_after]
 * @property {{ blocker: string, sentence: string }[]} [blockers]
 * @property {string} [reason] why it stays, for people
 * @property {string} [removal_id]
 */

/**
 * Asks of each certificate whether it may go. Nothing is changed.
 * @param {any} tool
 * @param {string[]} ids
 * @returns {Promise<Verdict[]>} in the order of the ids
 */
export async function foresee({ client, output, stop }, ids) {
  const verdicts = new Map();
  const progress = startProgress({ verb: "Looking", of: "certificates", total: ids.length, stream: output.stderr });
  const failure = await workThrough(ids, { atOnce: AT_ONCE, stop }, async (id) => {
    verdicts.set(id, await judge(client, id));
    if (output.stderr.isTTY && ids.length > AT_ONCE) progress.show(verdicts.size);
  });
  progress.clear();
  if (failure instanceof Failure)
    throw new Failure([failure.message, "Nothing was deleted."].join("\n").trim(), failure.exit);
  if (failure !== null) throw failure;
  return ids.flatMap((id) => verdicts.get(id) ?? []);
}

/** @returns {Promise<Verdict>} */
async function judge(client, id) {
  if (!isId(id)) return { id, outcome: "unknown", reason: "This is no id of a certificate." };
  const answer = await client.call("GET", `/certificates/${id}`);
  if (answer.ok) {
    const { name, status, not_after, may_be_deleted, blockers } = answer.value;
    if (may_be_deleted) return { id, outcome: "deletable", name, status, not_after };
    return { id, outcome: "blocked", name, status, not_after, blockers, reason: reasonsOf(answer.value) };
  }
  if (answer.status !== 404) return { id, outcome: "failed", reason: answer.problem.detail ?? `HTTP ${answer.status}` };
  const removal = await client.call("GET", `/removals/${id}`);
  if (removal.ok) return { id, outcome: "gone", name: removal.value.name };
  return { id, outcome: "unknown", reason: "There is no certificate with this id." };
}
