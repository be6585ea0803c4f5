import { COMMANDS, COMMON } from "./commands.mjs";

const SETTINGS = `Settings, from the environment:
  CERTSWEEP_URL    where the server is; http://127.0.0.1:3000 unless set
  CERTSWEEP_TOKEN  an API token (Settings → API tokens)

Exit codes: 0 done, 1 something was refused or failed, 2 wrong usage, 3 not authorised or not reachable, 130 stopped.`;

/**
 * @param {string[]} words of the command; none for everything
 * @returns {string}
 */
export function helpFor(words) {
  const name = words.join(" ");
  const command = COMMANDS[name];
  return command === undefined ? overview(words[0]) : helpForOne(name, command);
}

function overview(group) {
  const names = Object.keys(COMMANDS).filter((name) => group === undefined || name.startsWith(`${group} `));
  const width = Math.max(...names.map((name) => name.length));
  return [
    `Usage: certsweep ${group ?? "COMMAND"} …`,
    "",
    ...names.map((name) => `  ${name.padEnd(width)}  ${COMMANDS[name].summary}`),
    "",
    "certsweep COMMAND --help says more of each; certsweep --version says which version this is.",
    "",
    SETTINGS,
  ].join("\n");
}

function helpForOne(name, { summary, usage, more = [], examples, options }) {
  const rows = Object.entries({ ...options, ...COMMON }).map(([key, option]) => {
    const short = option.short === undefined ? "" : `-${option.short}, `;
    return [`  ${short}--${key}${option.type === "string" ? ` ${option.value}` : ""}`, option.help];
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    `${summary}`,
    "",
    `Usage: certsweep ${[name, usage, "[options]"].filter((part) => part !== "").join(" ")}`,
    "",
    ...more.flatMap((paragraph) => [paragraph, ""]),
    ...rows.map(([left, help]) => `${left.padEnd(width)}  ${help}`),
    "",
    "Examples:",
    ...examples.map((example) => `  ${example}`),
    "",
    SETTINGS,
  ].join("\n");
}
