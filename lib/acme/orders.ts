import "server-only";
import { z } from "zod";
import { AcmeRefusal, problemSentence } from "@/lib/acme/failures";
import type { AcmeSession } from "@/lib/acme/session";
import { IssuerError } from "@/lib/issuers/failure";

export type AcmeOrder = {
  url: string;
  status: "pending" | "ready" | "processing" | "valid" | "invalid";
  authorizationUrls: string[];
  finalizeUrl: string;
  /** Where the certificate is once the order is valid. */
  certificateUrl: string | null;
  /** Why it is invalid, as the CA says it. */
  problem: string | null;
};

export type AcmeChallenge = { type: string; url: string; token: string; status: string; problem: string | null };

export type AcmeAuthorization = {
  /** With "*." in front where it is for a wildcard. */
  name: string;
  status: "pending" | "valid" | "invalid" | "deactivated" | "expired" | "revoked";
  challenges: AcmeChallenge[];
};

const order = z.object({
  status: z.enum(["pending", "ready", "processing", "valid", "invalid"]),
  authorizations: z.array(z.url()),
  finalize: z.url(),
  certificate: z.url().optional().catch(undefined),
  error: z.unknown().optional(),
});

const authorization = z.object({
  identifier: z.object({ value: z.string() }),
  status: z.enum(["pending", "valid", "invalid", "deactivated", "expired", "revoked"]),
  wildcard: z.boolean().optional(),
  challenges: z.array(
    z.object({
      ...{ type: z.string(), url: z.url(), status: z.string() },
      // Unknown kinds of challenge may have none.
      token: z.string().default(""),
      error: z.unknown().optional(),
    }),
  ),
});

type NewOrder = {
  names: { type: "dns" | "ip"; value: string }[];
  /** The certificate that this one follows, by its id of RFC 9773; left out where the CA has no use for it. */
  replaces: string | null;
};

/** Orders a certificate. @throws IssuerError */
export async function newOrder(session: AcmeSession, { names, replaces }: NewOrder): Promise<AcmeOrder> {
  const { newOrder: url, renewalInfo } = await session.directory();
  const plain = { identifiers: names };
  const isNamed = replaces !== null && renewalInfo !== undefined;
  const answer = await session.post(url, isNamed ? { ...plain, replaces } : plain).catch((error: unknown) => {
    // Replaced already, or of another account: it is ordered all the same (RFC 9773 §5).
    if (isNamed && error instanceof AcmeRefusal && OF_REPLACES.has(error.type ?? "")) return session.post(url, plain);
    throw error;
  });
  const { location } = answer.headers;
  if (location === undefined) throw unreadable();
  return readAs(location, answer.data);
}

const OF_REPLACES = new Set(["alreadyReplaced", "malformed", "unauthorized"]);

/** @throws IssuerError */
export async function readOrder(session: AcmeSession, url: string): Promise<AcmeOrder> {
  return readAs(url, (await session.post(url, null)).data);
}

/** Hands in the certificate's request, as DER, once all authorizations are valid. @throws IssuerError */
export async function finalizeOrder(session: AcmeSession, ready: AcmeOrder, csr: Buffer): Promise<AcmeOrder> {
  const { data } = await session.post(ready.finalizeUrl, { csr: csr.toString("base64url") });
  return readAs(ready.url, data);
}

/** The certificate and its chain, PEM. @throws IssuerError */
export async function downloadChain(session: AcmeSession, certificateUrl: string): Promise<string> {
  const { data } = await session.post(certificateUrl, null);
  if (typeof data !== "string") throw unreadable();
  return data;
}

/** @throws IssuerError */
export async function readAuthorization(session: AcmeSession, url: string): Promise<AcmeAuthorization> {
  const read = authorization.safeParse((await session.post(url, null)).data);
  if (!read.success) throw unreadable();
  const { identifier, wildcard, status, challenges } = read.data;
  return {
    ...{ name: wildcard === true ? `*.${identifier.value}` : identifier.value, status },
    challenges: challenges.map(({ error, ...each }) => ({ ...each, problem: problemSentence(error) })),
  };
}

/** Asks the CA to look at a challenge's answer now. @throws IssuerError */
export async function answerChallenge(session: AcmeSession, challenge: AcmeChallenge): Promise<void> {
  await session.post(challenge.url, {});
}

function readAs(url: string, data: unknown): AcmeOrder {
  const read = order.safeParse(data);
  if (!read.success) throw unreadable();
  const { status, authorizations, finalize, certificate, error } = read.data;
  return {
    ...{ url, status, authorizationUrls: authorizations, finalizeUrl: finalize },
    ...{ certificateUrl: certificate ?? null, problem: problemSentence(error) },
  };
}

function unreadable(): IssuerError {
  return new IssuerError("unreachable", "The CA answered with something that Certsweep cannot read.");
}
