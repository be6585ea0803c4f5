import "server-only";
import { type AcmeAuthorization, type AcmeOrder, answerChallenge, readAuthorization } from "@/lib/acme/orders";
import { txtValueOf } from "@/lib/acme/session";
import { IssuerError } from "@/lib/issuers/failure";
import type { Work } from "@/lib/orders/advance";
import { keepAnswers } from "@/lib/orders/challenges";
import { underClaim } from "@/lib/orders/claim";
import type { Authorization } from "@/lib/orders/schema";

type Read = AcmeAuthorization & { url: string };

/**
 * Answers the challenges of an order's names and asks the CA to look. "waits": somebody has to set TXT records first, and
 * the order is given back until they say so. @throws IssuerError, ClaimLost
 */
export async function proveNames(work: Work, order: AcmeOrder): Promise<"asked" | "waits"> {
  const { claim, session, issuerName, clock } = work;
  const read = await readAll(work, order);
  const open = read.filter(({ status }) => status === "pending").map((each) => ({ each, challenge: pick(work, each) }));
  const authorizations = read.map((each) => viewOf(work, each));
  const now = clock();
  if (claim.challenge === "dns-01" && claim.state !== "validating" && open.length > 0) {
    const text = "Waits for TXT records that prove the names.";
    const waiting = {
      state: "waiting_for_dns",
      authorizations,
      nextAttemptAt: null,
      attempts: 0,
      problem: null,
    } as const;
    await underClaim(claim, { ...waiting, step: { at: now, text }, lets: "go" });
    return "waits";
  }
  const answers = open.map(({ challenge: { token } }) => ({
    token,
    keyAuthorization: session.keyAuthorization(token),
  }));
  const text = `${issuerName} is asked to look at ${open.length === 1 ? "the name" : `${open.length} names`}.`;
  const isNew = claim.state !== "validating" || claim.challenge === "dns-01";
  await underClaim(
    claim,
    { state: "validating", authorizations, ...(isNew ? { step: { at: now, text } } : {}), lets: "hold" },
    (tx) => (claim.challenge === "http-01" ? keepAnswers(tx, claim, { answers, now }) : Promise.resolve()),
  );
  claim.state = "validating";
  for (const { challenge } of open) if (challenge.status === "pending") await answerChallenge(session, challenge);
  return "asked";
}

async function readAll({ session }: Work, order: AcmeOrder): Promise<Read[]> {
  const read: Read[] = [];
  for (const url of order.authorizationUrls) read.push({ ...(await readAuthorization(session, url)), url });
  return read;
}

function pick({ claim, issuerName }: Work, { name, challenges }: Read) {
  const found = challenges.find(({ type }) => type === claim.challenge);
  if (found !== undefined) return found;
  throw new IssuerError(
    "rejected",
    `${issuerName} does not prove ${name} by ${claim.challenge}. Choose the other way.`,
  );
}

/** Why the CA took the order for failed: what it says of each name, else of the order. Notes what it says on the way. */
export async function whyInvalid(work: Work, order: AcmeOrder): Promise<string> {
  const authorizations = (await readAll(work, order)).map((each) => viewOf(work, each));
  await underClaim(work.claim, { authorizations, lets: "hold" });
  const told = authorizations.flatMap(({ name, problem }) => (problem === null ? [] : [`${name}: ${problem}`]));
  if (told.length > 0) return told.join(" ");
  return order.problem ?? `${work.issuerName} refused the order and gave no reason.`;
}

function viewOf({ claim, session }: Work, { name, status, url, challenges }: Read): Authorization {
  const own = challenges.find(({ type }) => type === claim.challenge);
  const record = claim.challenge === "dns-01" && own !== undefined ? session.keyAuthorization(own.token) : null;
  return {
    ...{ name, url, problem: challenges.find(({ problem }) => problem !== null)?.problem ?? null },
    status: status === "pending" || status === "valid" ? status : "invalid",
    txtName: record === null ? null : `_acme-challenge.${name.replace(/^\*\./, "")}`,
    txtValue: record === null ? null : txtValueOf(record),
  };
}
