import fs from "node:fs";
import path from "node:path";
import { Refusal } from "./refusal.mjs";

/**
 * The account that PostgreSQL runs as. It refuses root, so root hands over to the owner of the existing cluster or,
 * for a new one, to an unprivileged account that every system has.
 * @param {string | null} cluster folder of an existing cluster
 * @returns {{ uid?: number, gid?: number }} empty for "as ourselves"
 */
export function databaseAccount(cluster) {
  const self = process.getuid?.();
  const owner = cluster === null ? null : fs.statSync(cluster);
  if (self !== 0) {
    if (owner === null || self === undefined || owner.uid === self) return {};
    throw new Refusal(
      `The database in ${cluster} belongs to another account (uid ${owner.uid}): start Certsweep as that account or as root.`,
    );
  }
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return unprivilegedAccount();
}

/** Whether the account may pass through every folder down to this one. */
export function mayEnter(account, folder) {
  if (account.uid === undefined) return true;
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const { mode, uid, gid } = fs.statSync(at);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

function unprivilegedAccount() {
  const accounts = fs.readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "_postgres", "nobody"]) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Refusal(
    "PostgreSQL does not run as root, and this system has neither a postgres nor a nobody account: start Certsweep as another account or set DATABASE_URL.",
  );
}
