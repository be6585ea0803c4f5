import "server-only";
import { createHash, createPublicKey, generateKeyPairSync } from "node:crypto";
import { refusalOf } from "@/lib/acme/failures";
import type { AccountBinding, AcmeDirectory, AcmePlace, VettedHttp } from "@/lib/acme/transport";

/** An account at a CA: its key as PKCS#8 PEM, and the address that the CA gave it. Never log the key. */
export type AcmeAccount = AcmePlace & { accountKey: string; accountUrl: string };

export type AcmeAnswer = { headers: Record<string, string>; data: unknown };

/** Calls in the name of one account, or of none yet. All fail with IssuerError, or AcmeRefusal where the CA said no. */
export type AcmeSession = {
  directory: () => Promise<AcmeDirectory>;
  /** Sends a signed request; payload null reads (POST-as-GET). */
  post: (url: string, payload: object | null) => Promise<AcmeAnswer>;
  /** Signs with the key itself instead of the account's address: for accounts to be made, and certificates' own keys. */
  postByKey: (url: string, payload: object, options?: { withBinding: boolean }) => Promise<AcmeAnswer>;
  /** Reads what anybody may read. */
  get: (url: string) => Promise<AcmeAnswer>;
  /** What answers a challenge with this token (RFC 8555 §8.1). */
  keyAuthorization: (token: string) => string;
};

type Given = { key: string; accountUrl: string | null; binding?: AccountBinding | null };

/** Opens a session; nothing is sent before its first call, and its directory is read once. */
export function openSession(place: AcmePlace, given: Given, signal: AbortSignal): AcmeSession {
  const { key, accountUrl, binding = null } = given;
  let opening: Promise<VettedHttp> | null = null;
  // acme-client takes a while to load, and most servers never order anything.
  const open = () => {
    opening ??= import("@/lib/acme/transport").then(
      ({ VettedHttp: Http }) => new Http(place, { accountKey: key, binding, signal }),
    );
    return opening;
  };
  const post = async (url: string, payload: object | null, signing: Parameters<VettedHttp["signedRequest"]>[2]) =>
    successOf(await (await open()).signedRequest(url, payload, signing));
  return {
    directory: async () => (await open()).getDirectory(),
    post: (url, payload) => post(url, payload, { kid: accountUrl }),
    postByKey: (url, payload, { withBinding } = { withBinding: false }) =>
      post(url, { ...payload }, { includeExternalAccountBinding: withBinding }),
    get: async (url) => successOf(await (await open()).request(url, "get")),
    keyAuthorization: (token) => `${token}.${thumbprintOf(key)}`,
  };
}

function successOf(answer: AcmeAnswer & { status: number }): AcmeAnswer {
  if (answer.status >= 400 || answer.status < 200) throw refusalOf(answer);
  return { headers: answer.headers, data: answer.data };
}

/** RFC 7638: the members of the public key that matter, by name. Of the kinds of keys here these are all that there are. */
function thumbprintOf(key: string): string {
  const members = Object.entries(createPublicKey(key).export({ format: "jwk" }));
  return sha256(JSON.stringify(Object.fromEntries(members.toSorted(([one], [other]) => (one < other ? -1 : 1)))));
}

/** The session of an account that the CA knows. */
export function openAccount(account: AcmeAccount, signal: AbortSignal): AcmeSession {
  return openSession(account, { key: account.accountKey, accountUrl: account.accountUrl }, signal);
}

/** The value of the TXT record that answers a dns-01 challenge (RFC 8555 §8.4). */
export function txtValueOf(keyAuthorization: string): string {
  return sha256(keyAuthorization);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** A fresh key for an account: EC P-256 as PKCS#8 PEM. */
export function makeAccountKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
