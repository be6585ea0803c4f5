import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

/** A program of this folder in a process of its own, whose database() is the one at `databaseUrl`. */
export type Child = {
  /** What it says next. Rejects when it ends instead. */
  hear: () => Promise<unknown>;
  tell: (message: string) => void;
  /** Says that nothing more will be asked; a program that heeds it ends. */
  leave: () => void;
  ended: Promise<void>;
};

// `server-only` is then the empty module that it is on the server. What renders pages must not be run so.
const SERVER_CODE = ["--conditions=react-server", "--import", "tsx"];

/** What `npm start` tells Node, so that memory is measured with the limits that a server has. */
const START_FLAGS = flagsOfStart();

export function startChild(file: string, databaseUrl: string, args: string[] = [], execArgv = SERVER_CODE): Child {
  const child = fork(path.join(import.meta.dirname, file), args, {
    execArgv: [...START_FLAGS, ...execArgv],
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  const ended = endOf(child, file);
  // Who waits for nothing must not hear of it as an unhandled rejection.
  ended.catch(() => {});
  const heard: unknown[] = [];
  let wake = () => {};
  child.on("message", (message) => {
    heard.push(message);
    wake();
  });
  const arrival = () => new Promise<void>((resolve) => (wake = resolve));
  return {
    hear: async () => {
      while (heard.length === 0) await Promise.race([arrival(), ended.then(() => Promise.reject(silent(file)))]);
      return heard.shift();
    },
    tell: (message) => child.send(message),
    leave: () => child.disconnect(),
    ended,
  };
}

function endOf(child: ChildProcess, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`bench/${file} ended with ${code}`))));
  });
}

function silent(file: string): Error {
  return new Error(`bench/${file} ended without a word`);
}

function flagsOfStart(): string[] {
  const text = readFileSync(path.join(import.meta.dirname, "../package.json"), "utf8");
  const { scripts } = z.object({ scripts: z.object({ start: z.string() }) }).parse(JSON.parse(text));
  return scripts.start.split(" ").filter((part) => part.startsWith("--"));
}
