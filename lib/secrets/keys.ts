import "server-only";
import { readFileSync } from "node:fs";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";

/** The first key seals; all of them open. 32 bytes each. */
export type KeyRing = readonly [Buffer, ...Buffer[]];

type GivenKeys = {
  CERTSWEEP_ENCRYPTION_KEY: Buffer;
  CERTSWEEP_ENCRYPTION_KEY_PREVIOUS?: Buffer | undefined;
  CERTSWEEP_KEY_FOLDER?: string | undefined;
};

/**
 * The keys of this server at this moment. Those that were generated lie in the data folder and are read each time, since
 * `npm run rotate-key` changes them while the server runs (scripts/key-files.mjs).
 * @throws AppError "unavailable" when a key in the data folder is missing or damaged
 */
export function keyRing(given: GivenKeys = env()): KeyRing {
  const {
    CERTSWEEP_ENCRYPTION_KEY: key,
    CERTSWEEP_ENCRYPTION_KEY_PREVIOUS: previous,
    CERTSWEEP_KEY_FOLDER: folder,
  } = given;
  if (folder === undefined) return previous === undefined ? [key] : [key, previous];
  const current = readKey(folder, "encryption-key");
  const former = readKey(folder, "encryption-key.previous");
  if (current === null) throw new AppError("unavailable", "The encryption key is missing from the data folder.");
  return former === null ? [current] : [current, former];
}

function readKey(folder: string, name: string): Buffer | null {
  const text = readIfThere(`${folder}/${name}`)?.trim() ?? null;
  if (text === null) return null;
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) throw new AppError("unavailable", `${name} in the data folder is damaged.`);
  return Buffer.from(text, "base64");
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
