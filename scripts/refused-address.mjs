import { randomUUID } from "node:crypto";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/**
 * What Next answers with a failure of its own: methods that no page has, and addresses that are no path or do not decode.
 * The answer has the form that the clients of the address read.
 * @param {{ method?: string, url?: string }} request
 * @returns {{ status: number, headers: Record<string, string>, body: string } | null} null for a request that Next may have
 */
export function refusedWith({ method, url }) {
  const [path] = url.split("?", 1);
  const refusal = refusalOf(method, path);
  if (refusal === null) return null;
  if (/^\/api\/v1(\/|$)/.test(path)) return asProblem(refusal);
  if (/^\/client\/v4(\/|$)/.test(path)) return asEnvelope(refusal);
  return { ...headed(refusal, "text/plain; charset=utf-8"), body: `${refusal.sentence}\n` };
}

function refusalOf(method, path) {
  if (!METHODS.includes(method)) return BAD_METHOD;
  return path.startsWith("/") && decodes(path) ? null : BAD_ADDRESS;
}

const BAD_METHOD = {
  status: 405,
  sentence: "This method is not supported.",
  problem: { type: "/docs/api#method-not-allowed", title: "The address does not have this method" },
  errors: [{ code: 7001, message: "Method not available for that URI" }],
};
const BAD_ADDRESS = {
  status: 400,
  sentence: "This address is not well formed.",
  problem: { type: "/docs/api#invalid-request", title: "The request does not have the expected form" },
  errors: [
    { code: 7003, message: "Could not route to the path, perhaps your object identifier is invalid?" },
    { code: 7000, message: "No route for that URI" },
  ],
};

function headed({ status }, type, more = {}) {
  const allow = status === 405 ? { Allow: METHODS.join(", ") } : {};
  return { status, headers: { "Content-Type": type, ...allow, ...more } };
}

/** As lib/http/api-problem.ts writes it. */
function asProblem(refusal) {
  const { status, problem, sentence } = refusal;
  const requestId = randomUUID();
  const headers = { "Cache-Control": "no-store", "X-Request-Id": requestId };
  const body = JSON.stringify({ ...problem, status, detail: sentence, request_id: requestId });
  return { ...headed(refusal, "application/problem+json", headers), body };
}

/** As lib/cloudflare/rules.ts writes it: to Cloudflare's clients an address that does not decode is one that is not there. */
function asEnvelope(refusal) {
  const { status, errors } = refusal;
  const body = JSON.stringify({ success: false, errors, messages: [], result: null });
  const answer = headed(refusal, "application/json", { "Cache-Control": "no-store" });
  return { ...answer, status: status === 400 ? 404 : status, body };
}

function decodes(path) {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    // A broken percent sequence is an answer, not a failure.
    return false;
  }
}
