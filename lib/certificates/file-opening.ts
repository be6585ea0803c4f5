import type { CertificateGroup } from "./chain";
import { type Refusal, refusePrivateKey } from "./file-refusal";
import { readCertificateFile } from "./parse-file";
import { MOST_ROUNDS } from "./parse-password-based";
import { type OpenedKey, openPrivateKey } from "./parse-private-key";

export type OpenedReading = { kind: "opened"; groups: CertificateGroup[]; keys: OpenedKey[] } | Refusal;

const KEYS_LIMIT = 100;

/** Reads an uploaded file or pasted text and opens its private keys, with the password where one needs it. Never throws for any input. */
export async function openCertificateFile(bytes: Uint8Array, password: string): Promise<OpenedReading> {
  const reading = readCertificateFile(bytes);
  if (reading.kind === "refused") return reading;
  if (reading.keys.length > KEYS_LIMIT)
    return refusePrivateKey("and more than 99 others. Split it and upload the parts.");
  const effort = { rounds: MOST_ROUNDS };
  const keys: OpenedKey[] = [];
  for (const found of reading.keys) {
    const key = await openPrivateKey(found, { password, effort });
    if (key.kind === "refused") return key;
    keys.push(key);
  }
  return { kind: "opened", groups: reading.groups, keys };
}
