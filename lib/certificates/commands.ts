import "server-only";
import type { Scope } from "@/lib/auth/scope";
import type { CertificateGroup } from "@/lib/certificates/chain";
import { groupsOf, matchKeys, type OpenedFile } from "@/lib/certificates/file-keys";
import { type OpenedReading, openCertificateFile } from "@/lib/certificates/file-opening";
import type { Refusal } from "@/lib/certificates/file-refusal";
import { type ImportedWithKey, importWithKeys } from "@/lib/certificates/private-keys";
import type { FileOutcome } from "@/lib/certificates/schema";

type UploadedFile = { name: string; bytes: Uint8Array };
type Upload = { files: UploadedFile[]; givenName: string | null; password?: string; now: Date };
type Refused = Extract<FileOutcome, { kind: "refused" }>;

/**
 * Reads files and adds what is in them, private keys with their certificates; each file whole or not at all, and none
 * because of another. A given name suits one certificate only; an upload with more is refused then.
 */
export async function addFiles(scope: Scope, upload: Upload): Promise<FileOutcome[]> {
  const readings: (OpenedFile | Refused)[] = [];
  for (const { name, bytes } of upload.files) {
    const reading: OpenedReading = await openCertificateFile(bytes, upload.password ?? "");
    readings.push(reading.kind === "refused" ? refuseFile(name, reading) : { ...reading, name });
  }
  const opened = readings.flatMap((reading) => ("groups" in reading ? reading : []));
  const { keyOf, unfit } = matchKeys(opened);
  const taken = opened.filter((file) => !unfit.has(file)).flatMap((file) => file.groups);
  const tooMany = upload.givenName !== null && taken.length > 1 ? tooManyFor(taken.length) : null;
  const incoming = (tooMany === null ? taken : []).map((group) => ({
    ...{ group, givenName: upload.givenName, source: "uploaded" as const, isSample: false },
    key: keyOf.get(group) ?? null,
  }));
  const imported = await importWithKeys(scope, incoming, upload.now);
  const outcomeOf = new Map(incoming.flatMap(({ group }, index) => [[group, imported[index]] as const]));
  return readings.map((reading) => {
    if (!("groups" in reading)) return reading;
    const unfitKey = unfit.get(reading);
    if (unfitKey !== undefined) return refuseUnfit(reading, unfitKey);
    if (tooMany !== null) return { file: reading.name, kind: "refused", sentence: tooMany };
    return { file: reading.name, kind: "read", certificates: linesOf(reading, taken, outcomeOf) };
  });
}

/** What a file did: its certificates, then the certificates of other files that its keys went to. */
function linesOf(
  file: OpenedFile,
  taken: CertificateGroup[],
  outcomeOf: Map<CertificateGroup, ImportedWithKey | undefined>,
) {
  const own = file.groups.flatMap((group) => {
    const outcome = outcomeOf.get(group);
    if (outcome === undefined) return [];
    const { kind, id, name, keyIsNew } = outcome;
    const broughtKey = keyIsNew && file.keys.some((key) => groupsOf(key, [group]).length > 0);
    const line = { id, name, publicKey: hintOf(group.certificate.publicKeyHash) };
    if (kind === "already") return { kind: broughtKey ? ("key_added" as const) : kind, ...line };
    return { kind: broughtKey ? ("added_with_key" as const) : kind, ...line };
  });
  const others = file.keys
    .flatMap((key) => groupsOf(key, taken))
    .flatMap((group) => {
      const outcome = outcomeOf.get(group);
      if (outcome === undefined || own.some(({ id }) => id === outcome.id)) return [];
      const { id, name, keyIsNew } = outcome;
      return { kind: keyIsNew ? ("key_added" as const) : ("already" as const), id, name };
    });
  return [...own, ...others];
}

function refuseFile(file: string, { reason, sentence }: Refusal): Refused {
  return { file, kind: "refused", sentence, ...(reason === "password" ? { wantsPassword: true } : {}) };
}

function refuseUnfit({ name, groups }: OpenedFile, publicKeyHash: string): Refused {
  const sentence =
    groups.length === 0
      ? "This private key fits no certificate of this upload. Upload it together with its certificate. If that is in the inventory already, add the key on its page."
      : "It holds a private key that fits no certificate of this upload, so nothing of the file was added. Upload the key that belongs to the certificate.";
  return { file: name, kind: "refused", sentence, unfitKey: hintOf(publicKeyHash) };
}

/** Enough of a hash to find the file that a key belongs to. */
function hintOf(publicKeyHash: string): string {
  return publicKeyHash.slice(0, 20);
}

function tooManyFor(count: number): string {
  return `There are ${count} certificates in this upload, and a name can be given to one only. Leave Name empty to name each by its common name.`;
}
