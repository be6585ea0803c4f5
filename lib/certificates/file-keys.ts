import type { CertificateGroup } from "./chain";
import { fitsCertificate, type OpenedKey } from "./parse-private-key";

/** A file of an upload that could be read: its certificates, and its private keys, opened. */
export type OpenedFile = { name: string; groups: CertificateGroup[]; keys: OpenedKey[] };

export type MatchedKeys = {
  keyOf: Map<CertificateGroup, OpenedKey>;
  /** For each file of which a key fits nothing, the hash of that key's public half. */
  unfit: Map<OpenedFile, string>;
};

/** Above this many certificates a key is only looked up by its hash. */
const COMPARED = 100;

/**
 * Finds for every private key of an upload its certificates, in its own file or another. A file with a key that fits
 * nothing is out with all that it holds, so that a key which fits only there fits nothing either.
 */
export function matchKeys(files: OpenedFile[]): MatchedKeys {
  const unfit: MatchedKeys["unfit"] = new Map();
  for (;;) {
    const open = files.filter((file) => !unfit.has(file));
    const groups = open.flatMap((file) => file.groups);
    const keyOf: MatchedKeys["keyOf"] = new Map();
    const before = unfit.size;
    for (const file of open) {
      for (const key of file.keys) {
        const fitting = groupsOf(key, groups);
        if (fitting.length === 0) unfit.set(file, key.publicKeyHash);
        for (const group of fitting) keyOf.set(group, key);
      }
    }
    if (unfit.size === before) return { keyOf, unfit };
  }
}

/** The certificates that a key belongs to: a renewed one may have the key of the one before. */
export function groupsOf(key: OpenedKey, groups: CertificateGroup[]): CertificateGroup[] {
  const found = groups.filter(({ certificate }) => certificate.publicKeyHash === key.publicKeyHash);
  if (found.length > 0 || groups.length > COMPARED) return found;
  // The same public key can be written in more than one way: points compressed, parameters left out.
  return groups.filter(({ certificate }) => fitsCertificate(key, certificate.der));
}
