import { parseArgs } from "node:util";
import { COMMANDS, COMMON } from "./commands.mjs";
import { EXIT, Failure } from "./failure.mjs";

/** @typedef {{ kind: "version" } | { kind: "help", words: string[] } | { kind: "run", name: string, values: Record<string, any>, rest: string[] }} Asked */

/**
 * What a command line asks for.
 * @param {string[]} args behind the program's name
 * @returns {Asked} throws a Failure that says what makes no sense
 */
export function readCommandLine(args) {
  const words = args.slice(0, 2).filter((arg, index) => isWord(arg) && (index === 0 || isWord(args[0] ?? "")));
  if (args[0] === "--version") return { kind: "version" };
  if (words[0] === "help") return { kind: "help", words: args.slice(1, 3).filter(isWord) };
  const asksForHelp = args.slice(0, endOfOptions(args)).some((arg) => arg === "--help" || arg === "-h");
  const name = words.join(" ");
  const command = COMMANDS[name];
  if (asksForHelp) return { kind: "help", words };
  if (command === undefined) throw unknownCommand(words, args);
  const { values, positionals } = parseOptions(name, args.slice(2));
  const [least, most] = command.takes;
  if (positionals.length < least) throw usage(name, `${command.missing}`);
  if (positionals.length > most)
    throw usage(name, `It takes ${most === 0 ? "no arguments" : `${most} argument`}, not “${positionals[most]}” too.`);
  return { kind: "run", name, values: check(name, values), rest: positionals };
}

/** @param {string[]} words of which command; none, one or two */
export function isKnown(words) {
  return Object.keys(COMMANDS).some((name) => `${name} `.startsWith(words.length === 0 ? "" : `${words.join(" ")} `));
}

function isWord(arg) {
  return !arg.startsWith("-");
}

function endOfOptions(args) {
  const end = args.indexOf("--");
  return end === -1 ? args.length : end;
}

function parseOptions(name, args) {
  const options = { ...COMMANDS[name].options, ...COMMON };
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const seen = new Set();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = options[token.name];
    if (token.name === "token")
      throw usage(name, "The token is read from CERTSWEEP_TOKEN only: everybody on the machine can see arguments.");
    if (option === undefined) throw usage(name, `There is no option ${token.rawName}.`);
    if (seen.has(token.name)) throw usage(name, `${token.rawName} stands there twice.`);
    seen.add(token.name);
    if (option.type === "boolean" && token.value !== undefined) throw usage(name, `${token.rawName} takes no value.`);
    const isMissing =
      token.value === undefined ||
      token.value === "" ||
      (!token.inlineValue && token.value.startsWith("-") && token.value !== "-" && !option.takesMinus);
    if (option.type === "string" && isMissing) throw usage(name, `${token.rawName} needs a value: ${option.value}.`);
  }
  return parseArgs({ args, options, strict: false, allowPositionals: true });
}

/** Holds the values to their words and numbers. */
function check(name, values) {
  const { options } = COMMANDS[name];
  const checked = { ...values };
  for (const [key, { words, whole }] of Object.entries(options)) {
    const value = values[key];
    if (value === undefined) continue;
    if (words !== undefined && !words.includes(value)) {
      throw usage(name, `--${key} is one of ${words.join(", ")}, not “${value}”.`);
    }
    if (whole === true) {
      if (!/^[1-9]\d{0,8}$/.test(value)) throw usage(name, `--${key} is a whole number from 1 on, not “${value}”.`);
      checked[key] = Number(value);
    }
  }
  if (values.all && values.limit !== undefined) throw usage(name, "--all and --limit contradict each other.");
  if (values.json && (values.ids || values.pem))
    throw usage(name, `--json and --${values.ids ? "ids" : "pem"} contradict each other.`);
  return checked;
}

function usage(name, sentence) {
  return new Failure(`${sentence}\nSee: certsweep ${name} --help`, EXIT.usage);
}

function unknownCommand(words, args) {
  if (args.length === 0) return new Failure("Say what to do.\nSee: certsweep --help", EXIT.usage);
  if (words.length === 0)
    return new Failure(`The command comes first, then its options.\nSee: certsweep --help`, EXIT.usage);
  if (words.length === 1 && isKnown(words)) {
    const verbs = Object.keys(COMMANDS)
      .filter((name) => name.startsWith(`${words[0]} `))
      .map((name) => name.split(" ")[1]);
    return new Failure(
      `Say what to do with ${words[0]}: ${verbs.join(", ")}.\nSee: certsweep ${words[0]} --help`,
      EXIT.usage,
    );
  }
  const isGroup = isKnown(words.slice(0, 1));
  return new Failure(
    `There is no command “${words.join(" ")}”.\nSee: certsweep ${isGroup ? `${words[0]} ` : ""}--help`,
    EXIT.usage,
  );
}
