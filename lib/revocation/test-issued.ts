import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { crypto as acmeCrypto } from "acme-client";
import { eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { issuances } from "@/drizzle/schema/orders";
import { insertPerson } from "@/drizzle/test-rows";
import type { AcmeAnswers } from "@/e2e/acme-answers";
import type { RunningPebble } from "@/e2e/pebble";
import {
  answerChallenge,
  downloadChain,
  finalizeOrder,
  newOrder,
  readAuthorization,
  readOrder,
} from "@/lib/acme/orders";
import { openAccount } from "@/lib/acme/session";
import type { PersonScope } from "@/lib/auth/scope";
import { createCertificate } from "@/lib/certificates/create";
import { createAcmeIssuer, openAcmeAccount } from "@/lib/issuers/acme-accounts";

const NO_HURRY = new AbortController().signal;

export type Issued = { scope: PersonScope; id: string; issuerId: string; certificate: X509Certificate };

/** A certificate of Pebble's in the inventory of a new account, with its private key and the issuer behind it. */
export async function issueAt(
  { pebble, answers }: { pebble: RunningPebble; answers: AcmeAnswers },
  { keepsKey = true } = {},
): Promise<Issued> {
  const scope = await insertPerson();
  const { directoryUrl, caBundle } = pebble;
  const created = await createAcmeIssuer(
    scope,
    {
      ...{ name: "Pebble", directoryUrl, caBundle, contact: null, eab: null },
      ...{ challenge: "http-01", renewAutomatically: false },
    },
    new Date(),
  );
  if (created.kind !== "created") throw new Error(created.sentence);
  const { issuerId } = created;
  const name = `host-${scope.userId.slice(-6)}.example.test`;
  const { chain, key } = await orderAt(await openAcmeAccount(scope, issuerId), { name, answers });
  return { scope, issuerId, ...(await keep(scope, { issuerId, chain, key: keepsKey ? key : null })) };
}

async function orderAt(
  account: Parameters<typeof openAccount>[0],
  { name, answers }: { name: string; answers: AcmeAnswers },
) {
  const session = openAccount(account, NO_HURRY);
  const { url, authorizationUrls } = await newOrder(session, { names: [{ type: "dns", value: name }], replaces: null });
  const { challenges } = await readAuthorization(session, authorizationUrls[0] ?? "");
  const challenge = challenges.find(({ type }) => type === "http-01");
  if (challenge === undefined) throw new Error("there is no http-01");
  const expected = session.keyAuthorization(challenge.token);
  answers.answer(async (token) => (token === challenge.token ? expected : null));
  await answerChallenge(session, challenge);
  const until = async (status: string) => {
    for (let tries = 0; tries < 300; tries += 1) {
      const order = await readOrder(session, url);
      if (order.status === status) return order;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the order did not become ${status}`);
  };
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const pem = key.export({ type: "pkcs8", format: "pem" }).toString();
  const [, csr] = await acmeCrypto.createCsr({ altNames: [name] }, pem);
  const der = Buffer.from(csr.toString().replace(/-----[^-]+-----|\s/g, ""), "base64");
  await finalizeOrder(session, await until("ready"), der);
  return { chain: await downloadChain(session, (await until("valid")).certificateUrl ?? ""), key: pem };
}

/** Into the inventory, as an order does in the end. */
export async function keep(scope: PersonScope, made: { issuerId: string; chain: string; key: string | null }) {
  const request = { certificates: made.chain, name: null, privateKey: made.key };
  const outcome = await createCertificate(scope, request, new Date());
  if (outcome.kind === "refused") throw new Error(outcome.sentence);
  const { accountId } = scope;
  const certificate = new X509Certificate(made.chain);
  await database().update(certificates).set({ source: "issued" }).where(eq(certificates.id, outcome.id));
  await database()
    .insert(issuances)
    .values({
      ...{ accountId, certificateId: outcome.id, issuerId: made.issuerId },
      ...{ serialHex: certificate.serialNumber.toLowerCase(), fingerprint: "00".repeat(32) },
      ...{ notBefore: new Date(certificate.validFrom), notAfter: new Date(certificate.validTo) },
    });
  return { id: outcome.id, certificate };
}
