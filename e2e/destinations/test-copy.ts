import { createHash, KeyObject, randomUUID } from "node:crypto";
import { generateCertificate } from "@/lib/certificates/generate";
import type { CopyOf } from "@/lib/destinations/adapter";
import { parseNetworks } from "@/lib/network/rules";

const DAY_MS = 86_400_000;

/** A copy of a fresh certificate from a CA of its own, with its key. `days` from now is its end. */
export async function makeCopy({
  name = "www.example.test",
  days = 90,
  syncId = String(randomUUID()),
  isCa = false,
} = {}): Promise<CopyOf> {
  const notBefore = new Date(Date.now() - DAY_MS);
  const issuer = await generateCertificate({
    ...{ subjectCommonName: "Example CA", isCa: true, notBefore },
    notAfter: new Date(Date.now() + 3650 * DAY_MS),
  });
  const leaf = await generateCertificate({
    ...{ subjectCommonName: name, dnsNames: [name], issuer, isCa, notBefore },
    notAfter: new Date(Date.now() + days * DAY_MS),
  });
  return {
    ...{ syncId, certificateId: randomUUID(), name },
    certificate: leaf.pem,
    chain: [issuer.pem],
    privateKey: pemOfKey(leaf.privateKey),
    fingerprint: createHash("sha256").update(leaf.der).digest("hex"),
  };
}

export function pemOfKey(key: CryptoKey): string {
  return KeyObject.from(key).export({ type: "pkcs8", format: "pem" }).toString();
}

function networksOf(text: string) {
  const networks = parseNetworks(text);
  if (networks === null) throw new Error(`${text} was not read`);
  return networks;
}

/** What a server of the tests may reach, and what one is allowed by default. */
export const ANYWHERE = { networks: networksOf("public,private,loopback"), filesRoot: null };
export const USUAL = { networks: networksOf("public,private"), filesRoot: null };

export const NO_HURRY = new AbortController().signal;

/** What a call fails with, by name; anything else than a failure is one of the test. */
export async function failureOf(
  call: Promise<unknown>,
): Promise<{ kind: string; message: string; whole: string; retryAfterMs: number | null }> {
  const { DestinationError } = await import("@/lib/destinations/adapter");
  const error: unknown = await call.then(
    (answer) => new Error(`it answered ${JSON.stringify(answer)}`),
    (failure) => failure,
  );
  if (!(error instanceof DestinationError)) throw error;
  const whole = `${error.stack} ${JSON.stringify(error, Object.getOwnPropertyNames(error))} ${String(error.cause)}`;
  return { kind: error.kind, message: error.message, whole, retryAfterMs: error.retryAfterMs };
}
