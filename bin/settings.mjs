import { isIP } from "node:net";
import { EXIT, Failure } from "./failure.mjs";

const DEFAULT_URL = "http://127.0.0.1:3000";

/**
 * Where the server is and how to show who asks.
 * @param {Record<string, string | undefined>} env
 * @param {{ allowsHttp: boolean }} options whether the token may cross a network in the clear
 * @returns {{ url: URL, token: string }} the URL ends with "/"
 */
export function readSettings(env, { allowsHttp }) {
  const url = readUrl(env.CERTSWEEP_URL || DEFAULT_URL);
  if (url.protocol === "http:" && !isLoopback(url.hostname) && !allowsHttp) {
    throw new Failure(
      `CERTSWEEP_URL is ${url.origin}: over http the token could be read on the way. Use https, or say --insecure-http if the network is trusted.`,
      EXIT.usage,
    );
  }
  return { url, token: readToken(env.CERTSWEEP_TOKEN) };
}

function readUrl(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new Failure("CERTSWEEP_URL must be an address like https://certs.example.com.", EXIT.usage);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new Failure("CERTSWEEP_URL may hold no user, password, ? or #: only where the server is.", EXIT.usage);
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

/** The token is never shown, not even when it is refused. */
function readToken(text = "") {
  const token = text.trim();
  if (token === "") {
    throw new Failure(
      "CERTSWEEP_TOKEN is not set. Make a token under Settings → API tokens and put it into that environment variable.",
      EXIT.usage,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Failure("CERTSWEEP_TOKEN holds blanks or characters that no API token has.", EXIT.usage);
  }
  return token;
}

function isLoopback(hostname) {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(host) === 4) return host.startsWith("127.");
  return host === "::1" || host === "localhost" || host.endsWith(".localhost");
}
