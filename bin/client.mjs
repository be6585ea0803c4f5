import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, Failure, Stopped, Unanswered } from "./failure.mjs";
import { sentenceOf } from "./network-failure.mjs";
import { plain } from "./text.mjs";

/** How long one request may take, and how often one is sent again that a busy or restarting server did not answer. */
const REQUEST_LIMIT_MS = 120_000;
const RETRIES = 5;
const FIRST_PAUSE_MS = 500;
/** A server that asks for more patience than this is not waited for. */
const LONGEST_WAIT_SECONDS = 900;
const BUSY = [502, 503, 504];

/** @typedef {{ type?: string, title?: string, detail?: string, blockers?: { blocker: string, sentence: string }[], request_id?: string }} Problem */
/** @typedef {{ ok: true, status: number, value: any } | { ok: false, status: number, problem: Problem }} Answer */

/**
 * A client of /api/v1. Waits where the server asks for it, and sends again what a busy server did not answer: GET and
 * DELETE may be repeated, a POST carries an Idempotency-Key.
 * @param {object} options
 * @param {URL} options.url
 * @param {string} options.token
 * @param {string} options.agent sent as User-Agent
 * @param {AbortSignal} options.stop Ctrl-C
 * @param {(sentence: string) => void} options.note tells that it waits, and why
 */
export function connect({ url, token, agent, stop, note }) {
  let hasAnswered = false;
  /** Requests that wait at the same time say so once. */
  let notedUntil = 0;

  /**
   * @param {"GET" | "POST" | "DELETE"} method
   * @param {string} path below /api/v1, its parts encoded
   * @param {object} [options]
   * @param {Record<string, string | undefined>} [options.query]
   * @param {FormData} [options.form]
   * @param {Record<string, unknown>} [options.body] sent as JSON
   * @param {string} [options.key] Idempotency-Key
   * @param {boolean} [options.finishes] a request under way is not broken off by Ctrl-C, so that it is known what it did
   * @returns {Promise<Answer>} throws a Failure where no other request could do better
   */
  async function call(method, path, { query = {}, form, body, key, finishes = false } = {}) {
    const target = new URL(`api/v1${path}`, url);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) target.searchParams.set(name, value);
    // Encoded once: the server knows a request that is sent again by its octets.
    const encoded = body !== undefined ? Response.json(body) : form === undefined ? null : new Response(form);
    const init = {
      method,
      redirect: "manual",
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        "user-agent": agent,
        ...(encoded === null ? {} : { "content-type": encoded.headers.get("content-type") ?? "" }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      ...(encoded === null ? {} : { body: await encoded.arrayBuffer() }),
    };
    for (let attempt = 1; ; attempt += 1) {
      if (stop.aborted) throw new Stopped();
      const sent = await send(target, init, finishes ? null : stop);
      if ("error" in sent) {
        if (stop.aborted && !finishes) throw new Stopped();
        // A server that never answered is more likely not there than restarting.
        if (!hasAnswered || attempt > RETRIES) throw unreachable(url, sent.error);
        await pause(attempt, null);
        continue;
      }
      hasAnswered = true;
      const { status, headers, text } = sent;
      if (status === 429 || (BUSY.includes(status) && attempt <= RETRIES) || isGoingOn(status, headers)) {
        await pause(attempt, headers.get("retry-after"), status);
        if (status === 429) attempt = 0;
        continue;
      }
      return read({ status, headers, text }, { target, url });
    }
  }

  async function pause(attempt, retryAfter, status = 503) {
    const asked = secondsOf(retryAfter);
    if (asked !== null && asked > LONGEST_WAIT_SECONDS) {
      throw new Failure(`The server asks to come back in ${asked} s. Try again then.`, EXIT.access);
    }
    const backoff = (FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.75 + Math.random() / 2)) / 1_000;
    const seconds = Math.max(asked ?? backoff, status === 429 ? 1 : 0);
    if (seconds >= 1 && performance.now() > notedUntil) {
      notedUntil = performance.now() + seconds * 1_000;
      note(waitingSentence(status, Math.round(seconds)));
    }
    await sleep(seconds * 1_000, undefined, { signal: stop }).catch(() => {
      throw new Stopped();
    });
  }

  return { call };
}

/** One request. AbortSignal.any would keep every request's signal as long as the program runs. */
async function send(target, init, stop) {
  const controller = new AbortController();
  const abort = () => controller.abort(new Error("took too long"));
  const limit = setTimeout(abort, REQUEST_LIMIT_MS);
  stop?.addEventListener("abort", abort);
  try {
    const response = await fetch(target, { ...init, signal: controller.signal });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    return { error };
  } finally {
    clearTimeout(limit);
    stop?.removeEventListener("abort", abort);
  }
}

function waitingSentence(status, seconds) {
  if (status === 429)
    return `The token has used up its requests for now. Going on in ${seconds} s, as the server asks.`;
  return `The server does not answer right now. Trying again in ${seconds} s.`;
}

/** The same POST is still being carried out; the server says when to ask again. */
function isGoingOn(status, headers) {
  return status === 409 && headers.has("retry-after");
}

function secondsOf(retryAfter) {
  if (retryAfter === null) return null;
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}

function unreachable(url, error) {
  return new Unanswered(`The server at ${url.origin} cannot be reached: ${sentenceOf(error)}`, EXIT.access, {
    cause: error,
  });
}

function read({ status, headers, text }, { target, url }) {
  const type = headers.get("content-type") ?? "";
  if (status >= 300 && status < 400) {
    const to = headers.get("location") ?? "another address";
    throw new Failure(`The server sends on to ${plain(to)}. Set CERTSWEEP_URL to where it really is.`, EXIT.access);
  }
  const value = /^application\/(?:problem\+)?json\b/.test(type) ? parse(text) : undefined;
  if (value === undefined) {
    const sentence = `What answers at ${target.origin}${target.pathname} (HTTP ${status}) is not the API of Certsweep. Is CERTSWEEP_URL right?`;
    throw new Failure(sentence, EXIT.access);
  }
  if (status < 300) return { ok: true, status, value };
  const detail = plain(value.detail ?? value.title ?? `HTTP ${status}`);
  if (status === 401) throw new Failure(`${detail} Check CERTSWEEP_TOKEN.`, EXIT.access);
  if (status === 403) throw new Failure(detail, EXIT.access);
  if (BUSY.includes(status)) throw new Failure(`The server at ${url.origin} does not answer: ${detail}`, EXIT.access);
  return { ok: false, status, problem: value };
}

function parse(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
