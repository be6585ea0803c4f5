import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { confirm, openTerminal } from "./ask.mjs";
import { previewPairs } from "./cleanup-preview.mjs";
import { EXIT, Failure, Stopped } from "./failure.mjs";
import { contentOf } from "./pages.mjs";
import { startProgress } from "./progress.mjs";
import { runPairs } from "./run-words.mjs";
import { formatPairs } from "./table.mjs";

const ASK_EVERY_MS = 1_000;
/** A run begins within seconds; beyond this somebody wants to know. */
const PATIENCE_MS = 30_000;
const UNTOUCHED = "No run was asked for.";

/** @param {any} tool @param {any} asked */
export async function run({ client, output, stop, stdin }, { values }) {
  const terminal =
    values.yes === true
      ? null
      : openTerminal(
          { stdin, stderr: output.stderr },
          "Say --yes to run without being asked; cleanup preview shows what it would do.",
        );
  const preview = contentOf(await client.call("GET", "/cleanup/preview"));
  if (terminal !== null) {
    for (const line of formatPairs(previewPairs(preview), output.stderr.columns || 80)) output.note(line);
    const question = "Run the cleanup now, which deletes them for good? [y/N]";
    const wanted = ["y", "Y", "yes"];
    if (!(await confirm({ input: terminal, output: output.stderr, question, wanted, untouched: UNTOUCHED, stop }))) {
      throw new Failure(UNTOUCHED);
    }
  }
  const { id } = contentOf(await client.call("POST", "/cleanup/runs", { key: randomUUID(), finishes: true }));
  if (values.wait !== true) {
    if (values.json) await output.json({ id });
    else await output.line(`Asked for run ${id}. It begins within seconds; cleanup show tells how it went.`);
    return EXIT.ok;
  }
  const { removable } = preview.figures;
  const ended = await waitForEnd({ client, output, stop }, id, removable.count);
  if (values.json) await output.json(ended);
  else await output.lines(formatPairs(runPairs(ended, "Run"), output.room));
  return ended.status === "succeeded" ? EXIT.ok : EXIT.failed;
}

/** Asks until the run has ended, or is held, which only a person ends. */
async function waitForEnd({ client, output, stop }, id, foreseen) {
  const progress = startProgress({
    verb: "Removing",
    of: "certificates",
    total: Math.max(1, foreseen),
    stream: output.stderr,
  });
  let waited = 0;
  try {
    for (;;) {
      const answer = await client.call("GET", `/cleanup/runs/${id}`);
      if (answer.ok && answer.value.status !== "running") return answer.value;
      if (answer.ok) progress.show(Math.min(foreseen, answer.value.removed));
      else if (answer.status !== 404) contentOf(answer);
      waited += ASK_EVERY_MS;
      if (waited === PATIENCE_MS && !answer.ok)
        output.note(`Run ${id} has not begun yet. Does the server work off its jobs?`);
      await sleep(ASK_EVERY_MS, undefined, { signal: stop });
    }
  } catch (error) {
    progress.clear();
    if (!stop.aborted) throw error;
    throw new Stopped(
      `Not waiting any longer. Run ${id} goes on by itself on the server; it can be stopped at /settings/cleanup.`,
    );
  } finally {
    progress.clear();
  }
}
