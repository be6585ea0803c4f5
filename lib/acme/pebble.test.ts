import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { crypto as acmeCrypto } from "acme-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AcmeAnswers, startAcmeAnswers } from "@/e2e/acme-answers";
import { NO_HURRY } from "@/e2e/destinations/test-copy";
import { type FoundPebble, findPebble, type RunningPebble, startPebble } from "@/e2e/pebble";
import { changeContact, registerAccount } from "@/lib/acme/accounts";
import {
  type AcmeOrder,
  answerChallenge,
  downloadChain,
  finalizeOrder,
  newOrder,
  readAuthorization,
  readOrder,
} from "@/lib/acme/orders";
import { readRenewalWindow, renewalIdOf } from "@/lib/acme/renewal-info";
import { revokeAtAcme } from "@/lib/acme/revoke";
import { type AcmeAccount, makeAccountKey, openAccount, txtValueOf } from "@/lib/acme/session";
import { IssuerError } from "@/lib/issuers/failure";

process.env.DATABASE_URL ??= "postgres://nobody@127.0.0.1/none";
process.env.CERTSWEEP_SECRET ??= "a secret for tests only, 32 characters or more";
process.env.CERTSWEEP_ENCRYPTION_KEY ??= Buffer.alloc(32).toString("base64");
process.env.CERTSWEEP_PROBE_NETWORKS = "public,private,loopback";

const EAB = { kid: "kid-1", hmacKey: Buffer.from("an HMAC key of at least thirty-two octets").toString("base64url") };

let found: FoundPebble;
let answers: AcmeAnswers;
let ca: RunningPebble | null = null;

beforeAll(async () => {
  found = await findPebble();
  answers = await startAcmeAnswers();
  if (found.programs === null) return;
  // Half of all good nonces are refused, as no real CA would.
  ca = await startPebble(found.programs, {
    ...{ httpPort: answers.port, nonceReject: 50, accountBindings: { [EAB.kid]: EAB.hmacKey } },
    blockedDomains: ["blocked.test"],
  });
}, 300_000);
afterAll(async () => {
  await ca?.stop();
  await answers.stop();
});

const placeOf = ({ directoryUrl, caBundle }: RunningPebble) => ({ directoryUrl, caBundle });

async function makeAccount(pebble: RunningPebble): Promise<AcmeAccount> {
  const accountKey = makeAccountKey();
  const wish = { accountKey, contact: "operator@example.test", binding: EAB };
  return { ...placeOf(pebble), accountKey, accountUrl: await registerAccount(placeOf(pebble), wish, NO_HURRY) };
}

type Way = { by?: "http-01" | "dns-01"; said?: string };

async function issue(account: AcmeAccount, name: string, { by = "http-01", said }: Way = {}) {
  const session = openAccount(account, NO_HURRY);
  const ordered = await newOrder(session, { names: [{ type: "dns", value: name }], replaces: null });
  for (const url of ordered.authorizationUrls) {
    const { challenges } = await readAuthorization(session, url);
    const challenge = challenges.find(({ type }) => type === by);
    if (challenge === undefined) throw new Error(`there is no ${by}`);
    const expected = session.keyAuthorization(challenge.token);
    answers.answer(async (token) => (token === challenge.token ? (said ?? expected) : null));
    if (by === "dns-01") await ca?.setTxt(`_acme-challenge.${name.replace(/^\*\./, "")}`, txtValueOf(expected));
    await answerChallenge(session, challenge);
  }
  const settled = await until(
    () => readOrder(session, ordered.url),
    ({ status }) => status !== "pending",
  );
  if (settled.status === "invalid") {
    const [url = ""] = settled.authorizationUrls;
    return { order: settled, authorization: await readAuthorization(session, url), chain: null, key: null };
  }
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const [, csr] = await acmeCrypto.createCsr({ altNames: [name] }, key);
  await finalizeOrder(session, settled, derOf(csr));
  const done = await until(
    () => readOrder(session, ordered.url),
    ({ status }) => status === "valid",
  );
  const chain = await downloadChain(session, done.certificateUrl ?? "");
  return { order: done, authorization: null, chain, key };
}

function derOf(pem: Buffer): Buffer {
  return Buffer.from(pem.toString().replace(/-----[^-]+-----|\s/g, ""), "base64");
}

async function until(read: () => Promise<AcmeOrder>, holds: (order: AcmeOrder) => boolean): Promise<AcmeOrder> {
  for (let tries = 0; tries < 200; tries += 1) {
    const order = await read();
    if (holds(order) || order.status === "invalid") return order;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the order did not move");
}

async function failureOf(call: Promise<unknown>): Promise<IssuerError> {
  const error: unknown = await call.then(
    () => new Error("it went well"),
    (failure) => failure,
  );
  if (error instanceof IssuerError) return error;
  throw error;
}

const leafOf = (chain: string | null) => new X509Certificate(chain ?? "");
const statusAt = (pebble: RunningPebble, chain: string | null) =>
  pebble.statusOf(leafOf(chain).serialNumber.toLowerCase());

describe("Let's Encrypt's test CA, which refuses half of all nonces,", () => {
  test("takes an account with its binding, and a change of its contact", async (context) => {
    if (ca === null) return context.skip("pebble could not be had");
    const account = await makeAccount(ca);
    await changeContact(account, null, NO_HURRY);
    const { accountUrl, accountKey } = account;
    expect(await registerAccount(placeOf(ca), { accountKey, contact: null, binding: EAB }, NO_HURRY)).toBe(accountUrl);
  });

  test("refuses an account without its binding, or with a wrong one, with a sentence and without the key", async (context) => {
    if (ca === null) return context.skip("pebble could not be had");
    const accountKey = makeAccountKey();
    const without = await failureOf(
      registerAccount(placeOf(ca), { accountKey, contact: null, binding: null }, NO_HURRY),
    );
    expect([without.kind, without.message]).toEqual([
      "credentials",
      "This CA wants an external account binding. Enter its key ID and its HMAC key.",
    ]);
    const hmacKey = Buffer.from("another HMAC key of thirty-two octets or so").toString("base64url");
    const wrong = await failureOf(
      registerAccount(placeOf(ca), { accountKey, contact: null, binding: { kid: EAB.kid, hmacKey } }, NO_HURRY),
    );
    expect(wrong.kind).toBe("credentials");
    expect(wrong.message).toMatch(/Check the key ID and the HMAC key\.$/);
    expect(`${wrong.message}${wrong.stack}`).not.toContain(hmacKey);
  });

  test("issues by http-01, which it asks for, and revokes once, by the account's key", async (context) => {
    if (ca === null) return context.skip("pebble could not be had");
    const account = await makeAccount(ca);
    const asked = answers.asked.length;
    const { chain } = await issue(account, "www.example.test");
    expect(answers.asked.length).toBeGreaterThan(asked);
    expect(leafOf(chain).subjectAltName).toBe("DNS:www.example.test");
    expect(await statusAt(ca, chain)).toBe("Valid");
    const revocation = { certificatePem: chain ?? "", privateKeyPem: null, reason: "superseded" } as const;
    expect(await revokeAtAcme(account, revocation, NO_HURRY)).toBe("revoked");
    expect(await statusAt(ca, chain)).toBe("Revoked");
    expect(await revokeAtAcme(account, revocation, NO_HURRY)).toBe("already");
  });

  test("issues a wildcard by dns-01, and revokes it by its own key where the account is not known", async (context) => {
    if (ca === null) return context.skip("pebble could not be had");
    const account = await makeAccount(ca);
    const { chain, key } = await issue(account, "*.wild.test", { by: "dns-01" });
    expect(leafOf(chain).subjectAltName).toBe("DNS:*.wild.test");
    const stranger = { ...account, accountKey: makeAccountKey(), accountUrl: `${account.accountUrl}0` };
    const revocation = { certificatePem: chain ?? "", reason: "keyCompromise" } as const;
    const refused = await failureOf(revokeAtAcme(stranger, { ...revocation, privateKeyPem: null }, NO_HURRY));
    expect(refused.kind).toBe("credentials");
    expect(await statusAt(ca, chain)).toBe("Valid");
    expect(await revokeAtAcme(stranger, { ...revocation, privateKeyPem: key }, NO_HURRY)).toBe("revoked");
    expect(await statusAt(ca, chain)).toBe("Revoked");
    const gone = { ...account, accountKey: null, accountUrl: null };
    expect(await revokeAtAcme(gone, { ...revocation, privateKeyPem: key }, NO_HURRY)).toBe("already");
  });

  test("says why a challenge failed, and which domain it does not issue for", async (context) => {
    if (ca === null) return context.skip("pebble could not be had");
    const account = await makeAccount(ca);
    const { order, authorization } = await issue(account, "wrong.example.test", { said: "something else" });
    expect(order.status).toBe("invalid");
    const told = authorization?.challenges.find(({ type }) => type === "http-01")?.problem;
    expect(told).toMatch(/unauthorized|did not match|key authorization/i);
    const blocked = await failureOf(issue(account, "www.blocked.test"));
    expect(blocked.kind).toBe("rejected");
    expect(blocked.message).toMatch(/^The CA refused\. .*blocked\.test/);
  });

  test("offers no renewal information in this version", async (context) => {
    if (ca === null) return context.skip("pebble could not be had");
    const id = renewalIdOf({ authorityKeyId: "00ff", serialHex: "ab" }) ?? "";
    expect(await readRenewalWindow(placeOf(ca), id, NO_HURRY)).toBeNull();
  });
});
