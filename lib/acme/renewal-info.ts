import "server-only";
import { z } from "zod";
import { retryAfterOf } from "@/lib/acme/failures";
import { makeAccountKey, openSession } from "@/lib/acme/session";
import type { AcmePlace } from "@/lib/acme/transport";
import { IssuerError } from "@/lib/issuers/failure";

/** When a CA suggests to renew a certificate (RFC 9773). */
export type RenewalWindow = {
  start: Date;
  end: Date;
  explanationUrl: string | null;
  /** How long the CA wants not to be asked again; null where it does not say. */
  retryAfterMs: number | null;
};

/**
 * The name of a certificate in RFC 9773 §4.1: the identifier of its issuer's key and its serial number, both as in the
 * certificate's DER; null for one without the former. Takes hex, the serial without leading zeros.
 */
export function renewalIdOf(facts: { authorityKeyId: string | null; serialHex: string }): string | null {
  if (facts.authorityKeyId === null) return null;
  const issuer = bytesOf(facts.authorityKeyId);
  if (issuer.length === 0) return null;
  const serial = bytesOf(facts.serialHex);
  // DER's integers have a sign: one that begins with a set bit has an octet of zeros in front.
  const signed = (serial[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), serial]) : serial;
  return `${issuer.toString("base64url")}.${signed.toString("base64url")}`;
}

function bytesOf(hex: string): Buffer {
  const digits = hex.replaceAll(":", "");
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
}

const info = z.object({
  suggestedWindow: z.object({ start: z.coerce.date(), end: z.coerce.date() }),
  explanationURL: z.string().optional().catch(undefined),
});

/** Asks for the window of a certificate; null where the CA offers none. @throws IssuerError */
export async function readRenewalWindow(
  place: AcmePlace,
  renewalId: string,
  signal: AbortSignal,
): Promise<RenewalWindow | null> {
  // Nothing is signed: the key is one that nobody knows.
  const session = openSession(place, { key: makeAccountKey(), accountUrl: null }, signal);
  const { renewalInfo } = await session.directory();
  if (renewalInfo === undefined) return null;
  const answer = await session.get(`${renewalInfo.replace(/\/$/, "")}/${renewalId}`);
  const read = info.safeParse(answer.data);
  // RFC 9773 §4.2: a window that ends before it begins is no window.
  if (!read.success || read.data.suggestedWindow.end < read.data.suggestedWindow.start)
    throw new IssuerError("unreachable", "The CA's suggestion when to renew cannot be read.");
  const { suggestedWindow, explanationURL } = read.data;
  return { ...suggestedWindow, explanationUrl: explanationURL ?? null, retryAfterMs: retryAfterOf(answer.headers) };
}
