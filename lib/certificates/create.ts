import "server-only";
import { Buffer } from "node:buffer";
import { database } from "@/drizzle/client";
import type { Scope } from "@/lib/auth/scope";
import type { CertificateGroup } from "@/lib/certificates/chain";
import { readCertificateFile } from "@/lib/certificates/detail";
import { groupsOf } from "@/lib/certificates/file-keys";
import { openCertificateFile } from "@/lib/certificates/file-opening";
import type { Refusal } from "@/lib/certificates/file-refusal";
import { importCertificates } from "@/lib/certificates/import";
import { readCertificateSet } from "@/lib/certificates/parse-file";
import { fitsCertificate, type OpenedKey } from "@/lib/certificates/parse-private-key";
import { keepKeys, recordKey } from "@/lib/certificates/private-keys";

export type CertificateRequest = {
  /** PEM of one certificate, perhaps with its chain in any order. Kept byte for byte. */
  certificates: string;
  /** Null: its common name, else its first alternative name. */
  name: string | null;
  /** PEM of the certificate's private key. */
  privateKey: string | null;
  /** Of the private key, where it is encrypted. */
  password?: string;
  /** Refused when the certificate says otherwise of itself; left out, nothing is asked. */
  ca?: boolean;
};

/** `exists`: the account has it already, and nothing was changed; a key that it lacks comes in through the upload. */
export type CreationOutcome =
  | { kind: "created" | "exists"; id: string; name: string }
  | { kind: "refused"; field: "certificates" | "private_key" | "name" | "ca"; sentence: string };

type Refused = Extract<CreationOutcome, { kind: "refused" }>;

/** Adds one certificate with its chain and private key, for programs: both or neither. */
export async function createCertificate(
  scope: Scope,
  request: CertificateRequest,
  now: Date,
): Promise<CreationOutcome> {
  const { certificates: asUploaded, name: givenName } = request;
  // PostgreSQL refuses NUL and half surrogate pairs; control characters could not be typed to confirm a deletion.
  if (givenName !== null && /[\p{Cc}\p{Cs}]/u.test(givenName))
    return refuse("name", "A name has no control characters.");
  const group = await readCertificate(asUploaded);
  if ("sentence" in group) return group;
  const { isCa } = group.certificate;
  if (request.ca !== undefined && request.ca !== isCa) {
    return refuse("ca", `This certificate is ${isCa ? "a" : "no"} certificate authority, and “ca” says otherwise.`);
  }
  const key = request.privateKey === null ? null : await readKey(request.privateKey, request.password ?? "");
  if (key !== null && "sentence" in key) return key;
  if (key !== null && groupsOf(key, [group]).length === 0) {
    return refuse("private_key", "The private key does not belong to the certificate.");
  }
  return await database().transaction(async (tx) => {
    const incoming = { group, givenName, source: "uploaded" as const, isSample: false, asUploaded };
    const [imported] = await importCertificates(scope, [incoming], now, tx);
    if (imported === undefined) throw new Error("a certificate was neither added nor there");
    const { id, name } = imported;
    if (imported.kind === "already") return { kind: "exists", id, name };
    if (key !== null) await keepKeys(tx, scope, { keys: new Map([[id, key]]), now });
    return { kind: "created", id, name };
  });
}

export type KeyRequest = { certificateId: string; privateKey: string; password: string };

/** `already`: a private key is kept for the certificate, and nothing was changed. */
export type KeyOutcome =
  | { kind: "added" | "already" | "unknown" }
  | (Omit<Refused, "field"> & { field: "private_key" });

/** Keeps the private key of a certificate that is in the inventory, when it is the one. */
export async function addPrivateKey(scope: Scope, request: KeyRequest, now: Date): Promise<KeyOutcome> {
  const { certificateId: id, privateKey, password } = request;
  const file = await readCertificateFile(scope, id);
  if (file === null) return { kind: "unknown" };
  const key = await readKey(privateKey, password);
  if ("sentence" in key) return { ...key, field: "private_key" };
  if (!fitsCertificate(key, Buffer.from(file.pem))) {
    const sentence = "The private key does not belong to the certificate.";
    return { kind: "refused", field: "private_key", sentence };
  }
  return await database().transaction(async (tx) => {
    const kept = await keepKeys(tx, scope, { keys: new Map([[id, key]]), now });
    if (!kept.has(id)) return { kind: "already" };
    await recordKey(tx, scope, { id, now });
    return { kind: "added" };
  });
}

async function readCertificate(text: string): Promise<CertificateGroup | Refused> {
  if (/[\0\p{Cs}]/u.test(text)) return refuse("certificates", "It holds characters that PEM has not.");
  const reading = await openCertificateFile(Buffer.from(text), "");
  if (reading.kind === "refused") return refuse("certificates", wordedForText(reading.sentence));
  if (reading.keys.length > 0) return refuse("certificates", "It holds a private key. Send that as “private_key”.");
  const [group, ...others] = reading.groups.length > 1 ? inAnyOrder(reading.groups) : reading.groups;
  if (group === undefined) return refuse("certificates", "It holds no certificate.");
  if (others.length === 0) return group;
  const sentence = `It holds ${others.length + 1} certificates that do not certify one another. Create them one by one.`;
  return refuse("certificates", sentence);
}

function inAnyOrder(groups: CertificateGroup[]): CertificateGroup[] {
  const reading = readCertificateSet(
    groups.flatMap(({ certificate, chain }) => [certificate, ...chain]).map(({ der }) => der),
  );
  return reading.kind === "refused" ? groups : reading.groups;
}

async function readKey(text: string, password: string): Promise<OpenedKey | Refused> {
  const reading = await openCertificateFile(Buffer.from(text), password);
  if (reading.kind === "refused") return refuse("private_key", wordedForKey(reading, password));
  const [key, ...others] = reading.keys;
  if (key === undefined || others.length > 0 || reading.groups.length > 0) {
    return refuse("private_key", "It must hold one private key and nothing else.");
  }
  return key;
}

function refuse(field: Refused["field"], sentence: string): Refused {
  return { kind: "refused", field, sentence };
}

/** The sentences about a file, for a text that came in a request. */
function wordedForText(sentence: string): string {
  return sentence.replace(/\b([Tt]his) file\b/g, "$1 text");
}

/** The same for a text that should be a private key. */
function wordedForKey({ reason, sentence }: Refusal, password: string): string {
  switch (reason) {
    case "password":
      return password === ""
        ? "The private key is encrypted. Add its password."
        : "The password does not open the private key.";
    case "not_a_certificate":
    case "bad_dates":
    case "unreadable_block":
    case "too_many_blocks":
      return "This is no private key in PEM. It begins with “-----BEGIN PRIVATE KEY-----” or the like.";
    case "private_key":
    case "legacy":
    case "too_large":
      return wordedForText(sentence);
  }
}
