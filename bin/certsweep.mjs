#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { connect } from "./client.mjs";
import { isKnown, readCommandLine } from "./command-line.mjs";
import { COMMANDS } from "./commands.mjs";
import { EXIT, Failure } from "./failure.mjs";
import { helpFor } from "./help.mjs";
import { openOutput } from "./output.mjs";
import { readSettings } from "./settings.mjs";

const { stdout, stderr, env, argv } = process;
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** Set by Ctrl-C. A second one ends the program as it stands; npx passes the first one on once more, at the same moment. */
const stopping = new AbortController();
const ECHO_MS = 500;
let stoppedAt = 0;
process.on("SIGINT", () => {
  if (!stopping.signal.aborted) stoppedAt = performance.now();
  else if (performance.now() - stoppedAt > ECHO_MS) process.exit(EXIT.stopped);
  stopping.abort();
});

let changes = false;
const output = openOutput({ stdout, stderr, env }, { onReaderGone: () => changes || process.exit(EXIT.ok) });

try {
  process.exitCode = await main();
} catch (error) {
  // What the person needs to know, and for a defect everything.
  const text = error instanceof Failure ? error.message : `certsweep hit an unexpected error: ${error?.stack ?? error}`;
  if (text !== "") output.note(text);
  process.exitCode = error instanceof Failure ? error.exit : EXIT.failed;
}

async function main() {
  const asked = readCommandLine(argv.slice(2));
  if (asked.kind === "version") return say(`certsweep ${version}`);
  if (asked.kind === "help") {
    if (!isKnown(asked.words)) throw new Failure(`There is no command “${asked.words.join(" ")}”.`, EXIT.usage);
    return say(helpFor(asked.words));
  }
  const { name, values, rest } = asked;
  const command = COMMANDS[name];
  changes = command.changes === true;
  const settings = readSettings(env, { allowsHttp: values["insecure-http"] === true });
  const client = connect({
    ...settings,
    agent: `certsweep/${version} node/${process.versions.node}`,
    stop: stopping.signal,
    note: output.note,
  });
  const { run } = await command.load();
  return await run({ client, output, stop: stopping.signal, stdin: process.stdin, env }, { values, rest });
}

async function say(text) {
  await output.line(text);
  return EXIT.ok;
}
