import { describe, expect, test } from "vitest";
import { readCommandLine } from "./command-line.mjs";
import { COMMANDS } from "./commands.mjs";
import { EXIT } from "./failure.mjs";
import { helpFor } from "./help.mjs";

const read = (line) => readCommandLine(line.split(" ").filter((word) => word !== ""));

/** The first line of what is said against a command line. */
function refusal(line) {
  try {
    read(line);
  } catch (error) {
    expect(error.exit).toBe(EXIT.usage);
    return error.message.split("\n")[0];
  }
  throw new Error(`“${line}” was taken`);
}

test("a command, its options and its arguments are told apart, in any order", () => {
  expect(read("certs list --status expired --limit 7 --json")).toMatchObject({
    kind: "run",
    name: "certs list",
    values: { status: "expired", limit: 7, json: true },
    rest: [],
  });
  expect(read("certs show --json abc")).toMatchObject({ name: "certs show", values: { json: true }, rest: ["abc"] });
  expect(read("certs list --search=-x --sort -added")).toMatchObject({ values: { search: "-x", sort: "-added" } });
});

describe("what makes no sense is refused with a sentence that says what", () => {
  test.each([
    ["", "Say what to do."],
    ["certs", /^Say what to do with certs: list, /],
    ["certs burn", "There is no command “certs burn”."],
    ["frobnicate", "There is no command “frobnicate”."],
    ["--json certs list", "The command comes first, then its options."],
    ["certs list --nope", "There is no option --nope."],
    ["certs list -x", "There is no option -x."],
    ["certs list --json=yes", "--json takes no value."],
    ["certs list --json --json", "--json stands there twice."],
    ["certs list --status", /^--status needs a value/],
    ["certs list --status --json", /^--status needs a value/],
    ["certs list --status gone", /^--status is one of valid, expiring, .*, not “gone”\.$/],
    ["certs list --limit 0", /^--limit is a whole number from 1 on, not “0”\.$/],
    ["certs list --limit 1e3", /^--limit is a whole number/],
    ["certs list --all --limit 3", "--all and --limit contradict each other."],
    ["certs list --json --ids", "--json and --ids contradict each other."],
    ["certs list extra", "It takes no arguments, not “extra” too."],
    ["certs show", "Say which certificate: its id."],
    ["certs show a b", "It takes 1 argument, not “b” too."],
  ])("%s", (line, sentence) => {
    expect(refusal(line)).toMatch(sentence);
  });
});

test("a token is not taken as an argument, nor repeated", () => {
  for (const line of ["certs list --token csw_secret", "certs list --token=csw_secret"]) {
    expect(refusal(line)).toMatch(/CERTSWEEP_TOKEN/);
    expect(refusal(line)).not.toContain("secret");
  }
});

test("help is there for all, a group and each command", () => {
  expect(read("--help")).toEqual({ kind: "help", words: [] });
  expect(read("certs --help")).toEqual({ kind: "help", words: ["certs"] });
  expect(read("help certs list")).toEqual({ kind: "help", words: ["certs", "list"] });
  expect(read("certs list --status x -h")).toEqual({ kind: "help", words: ["certs", "list"] });
  expect(read("--version")).toEqual({ kind: "version" });
  for (const [name, { options }] of Object.entries(COMMANDS)) {
    expect(helpFor([])).toContain(name);
    const help = helpFor(name.split(" "));
    for (const option of Object.keys(options)) expect(help, name).toContain(`--${option}`);
    for (const line of help.split("\n").filter((text) => !/^ {2}(-|certsweep|CERTSWEEP)/.test(text)))
      expect(line.length, line).toBeLessThanOrEqual(120);
  }
});
