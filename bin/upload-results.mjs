import { formatTable } from "./table.mjs";
import { counted } from "./text.mjs";

/** More files than this with the same good outcome are counted, not listed: they would hide what was refused. */
const LISTED = 20;
/** With fewer columns than this, names and reasons stand below the file. */
const ROOMY = 100;

/**
 * What became of a file. `exists`: everything in it was there already.
 * @typedef {object} Result
 * @property {string} file
 * @property {"added" | "exists" | "refused"} outcome
 * @property {{ id: string, name: string, outcome: "added" | "added_with_key" | "already" | "key_added" }[]} certificates
 * @property {string} [reason] why it was refused
 */

const WORDS = { added: "added", exists: "already there", refused: "refused" };
const REMARKS = {
  added: "",
  added_with_key: " (with its private key)",
  already: " (already there)",
  key_added: " (got its private key)",
};

/** @param {string} file @param {any} told of the API @returns {Result} */
export function resultOf(file, { outcome, certificates, detail }) {
  if (outcome === "refused") return refusedFor(file, detail);
  const isNew = certificates.some((certificate) => certificate.outcome !== "already");
  return { file, outcome: isNew ? "added" : "exists", certificates };
}

/** @param {string} file @param {string} reason @returns {Result} */
export function refusedFor(file, reason) {
  return { file, outcome: "refused", certificates: [], reason };
}

/**
 * @param {any} output
 * @param {Result[]} results
 * @param {boolean} listsAll
 */
export async function writeResults(output, results, listsAll) {
  const of = (word) => results.filter(({ outcome }) => outcome === word);
  const many = (word) => !listsAll && of(word).length > LISTED;
  const listed = ["added", "exists"].flatMap((word) => (many(word) ? [] : of(word))).concat(of("refused"));
  const columns = [
    { title: "RESULT" },
    { title: "FILE", most: output.room < ROOMY ? output.room - 15 : output.room - 65, keepsEnd: true },
    { title: "NAME OR REASON", wraps: true },
  ];
  const rows = listed.map(({ file, outcome, certificates, reason }) => [
    WORDS[outcome],
    file,
    reason ?? certificates.map((each) => nameOf(each, outcome)).join(", "),
  ]);
  const dim = (text) => output.paint("dim", text);
  if (rows.length > 0) await output.lines([...formatTable(columns, rows, { room: output.room, dim }), ""]);
  const unlisted = results.length - listed.length;
  if (unlisted > 0)
    output.note(`${counted(unlisted, "file")} without trouble not listed here; --verbose lists every one.`);
}

function nameOf({ name, outcome }, fileOutcome) {
  return fileOutcome === "exists" ? name : `${name}${REMARKS[outcome]}`;
}

/** @param {Result[]} results @param {number} passedOver */
export function summaryOf(results, passedOver) {
  const outcomes = results.flatMap(({ certificates }) => certificates.map(({ outcome }) => outcome));
  const count = (...words) => outcomes.filter((outcome) => words.includes(outcome)).length;
  const refused = results.filter(({ outcome }) => outcome === "refused").length;
  const keys = count("key_added");
  return [
    `${counted(count("added", "added_with_key"), "certificate")} added`,
    `${count("already").toLocaleString("en")} already there`,
    ...(keys > 0 ? [`${counted(keys, "private key")} added`] : []),
    `${counted(refused, "file")} refused${passedOver > 0 ? `, ${counted(passedOver, "other file")} passed over` : ""}.`,
  ].join(", ");
}
