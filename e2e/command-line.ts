import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { rootCertificates } from "node:tls";
import { z } from "zod";
import { setting } from "./database";

const PROGRAM = path.join(import.meta.dirname, "../bin/certsweep.mjs");

export type Said = { code: number | null; out: string; err: string };

export type Running = {
  /** What it has said so far, on both streams. */
  said: () => string;
  type: (keys: string) => void;
  interrupt: () => void;
  /** As a reader that has seen enough. */
  hangUp: () => void;
  end: Promise<Said>;
};

type Start = { token?: string; url?: string; input?: string };

/** Starts the command line as a script would: no terminal, and no settings but these. */
export function startCli(args: string[], start: Start = {}): Running {
  return run(process.execPath, [PROGRAM, ...args], start);
}

export function runCli(args: string[], start: Start = {}): Promise<Said> {
  return startCli(args, start).end;
}

/** Starts it on a terminal of 80 columns, as a person would. */
export function startOnTerminal(args: string[], start: Start): Running {
  const line = [process.execPath, PROGRAM, ...args].map((word) => `'${word}'`).join(" ");
  return run("script", ["-qec", `stty cols 80; ${line}`, "/dev/null"], { ...start, input: undefined });
}

type Given = { token?: string; url?: string; input?: string | undefined };

function run(program: string, args: string[], given: Given): Running {
  const { token, url = setting("E2E_URL") } = given;
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(program, args, {
    // A session of its own: no terminal of whoever runs the tests is there to ask.
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      NODE_ENV: "production",
      PATH,
      HOME,
      TERM: "xterm",
      CERTSWEEP_URL: url,
      ...(token === undefined ? {} : { CERTSWEEP_TOKEN: token }),
    },
  });
  const heard = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    heard.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    heard.err += text;
  });
  child.stdin.on("error", () => undefined);
  if (program !== "script") child.stdin.end(given.input ?? "");
  return {
    said: () => heard.out + heard.err,
    type: (keys) => void child.stdin.write(keys),
    interrupt: () => void child.kill("SIGINT"),
    hangUp: () => void child.stdout.destroy(),
    end: new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, ...heard }));
    }),
  };
}

/** A folder with the runtime's root certificates, a file each, and as often as wished, which the work may use. */
export async function withRoots<T>(work: (folder: string, files: number) => Promise<T>, times = 1): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-roots-"));
  const roots = [...new Set(rootCertificates)];
  for (let turn = 0; turn < times; turn += 1) {
    for (const [number, pem] of roots.entries()) writeFileSync(path.join(folder, `root-${turn}-${number}.pem`), pem);
  }
  try {
    return await work(folder, roots.length * times);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The values of JSON Lines. */
export function linesOf<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema>[] {
  return z.array(schema).parse(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line)),
  );
}
