import { Buffer } from "node:buffer";
import { createSign } from "node:crypto";
import type { GeneratedCertificate } from "@/lib/certificates/generate";
import { readSingle } from "./verify-subject";

/** One element in DER. */
export function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const inside = Buffer.concat(parts);
  if (inside.length < 0x80) return Buffer.concat([Buffer.of(tag, inside.length), inside]);
  const digits = inside.length.toString(16);
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  return Buffer.concat([Buffer.of(tag, 0x80 + length.length), length, inside]);
}

export function time(moment: Date): Buffer {
  const digits = moment.toISOString().replace(/[-:T]/g, "").slice(0, 14);
  return der(0x18, Buffer.from(`${digits}Z`));
}

export function extension(identifier: string, value: Buffer, critical = false): Buffer {
  return der(0x30, Buffer.from(identifier, "hex"), ...(critical ? [Buffer.from("0101ff", "hex")] : []), der(4, value));
}

type ListOrder = {
  thisUpdate: Date;
  nextUpdate?: Date;
  /** Whole entries. */
  entries?: Buffer[];
  /** Whole extensions. */
  extensions?: Buffer[];
};

const ECDSA_SHA256 = Buffer.from("300a06082a8648ce3d040302", "hex");

/** A revocation list that a made CA signs (ECDSA with SHA-256), with whatever a test wants in it. */
export async function makeList(issuer: GeneratedCertificate, order: ListOrder): Promise<Buffer> {
  const reading = readSingle(issuer.der);
  if (reading === undefined) throw new Error("a made certificate cannot be read");
  const { thisUpdate, nextUpdate, entries = [], extensions = [] } = order;
  const signed = der(
    0x30,
    ...[Buffer.from("020101", "hex"), ECDSA_SHA256, reading.subjectOctets, time(thisUpdate)],
    ...(nextUpdate === undefined ? [] : [time(nextUpdate)]),
    ...(entries.length === 0 ? [] : [der(0x30, Buffer.concat(entries))]),
    ...(extensions.length === 0 ? [] : [der(0xa0, der(0x30, ...extensions))]),
  );
  const pkcs8 = Buffer.from(await globalThis.crypto.subtle.exportKey("pkcs8", issuer.privateKey));
  const key = { key: pkcs8, format: "der", type: "pkcs8" } as const;
  const signature = createSign("sha256").update(signed).sign(key);
  return der(0x30, signed, ECDSA_SHA256, der(3, Buffer.of(0), signature));
}

export function entry(serial: Buffer, revokedAt: Date, extensions: Buffer[] = []): Buffer {
  const more = extensions.length === 0 ? [] : [der(0x30, ...extensions)];
  return der(0x30, der(2, serial), time(revokedAt), ...more);
}

/** The extension of an entry that says why. */
export function reason(code: number): Buffer {
  return extension("0603551d15", der(0x0a, Buffer.of(code)));
}
