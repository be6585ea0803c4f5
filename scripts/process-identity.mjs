import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";

/**
 * Within which process ids mean something: one boot of one machine, and on Linux one pid namespace (container).
 * @returns {string}
 */
export function processScope() {
  if (process.platform !== "linux") return os.hostname();
  return `${fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fs.readlinkSync("/proc/self/ns/pid")}`;
}

/**
 * What tells a process from a later one with the same id: the moment it started.
 * @returns {string | null} null when no such process runs (a zombie does not run)
 */
export function processIdentity(pid) {
  if (process.platform === "linux") return linuxIdentity(pid);
  if (process.platform === "win32") return isAlive(pid) ? "running" : null;
  const started = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return started.stdout?.trim() || null;
}

/** The command line of a process, or an empty string when there is none or it cannot be known. */
export function processCommand(pid) {
  if (process.platform === "win32") return "";
  if (process.platform !== "linux") {
    return spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "";
  }
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ESRCH") return "";
    throw error;
  }
}

/** The parent of a process where that can be read at no cost (Linux), else null. */
export function processParent(pid) {
  return process.platform === "linux" ? (linuxFields(pid)?.[1] ?? null) : null;
}

function linuxIdentity(pid) {
  const fields = linuxFields(pid);
  return fields === null || fields[0] === "Z" || fields[0] === "X" ? null : fields[19];
}

// The fields from the third on (state, parent, …); the second is the name in brackets, which may hold anything.
function linuxFields(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ESRCH") return null;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
