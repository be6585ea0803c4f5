import { randomUUID } from "node:crypto";

/** What browsers are told to refuse, and which writes we refuse because a foreign page caused them. */

/** Only our own files, and only scripts and styles that carry this answer's nonce. Development needs eval and a socket. */
export function contentSecurityPolicy(nonce: string, { development }: { development: boolean }): string {
  const directives = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${development ? " ws: wss:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
  ];
  return directives.join("; ");
}

/** Headers of every answer. The referrer stays here: a setup or invitation link must not travel. */
export function securityHeaders(publicUrl: string): Record<string, string> {
  const transport = publicUrl.startsWith("https://") ? { "strict-transport-security": "max-age=31536000" } : {};
  return {
    ...transport,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  };
}

/**
 * Whether a page of another site caused this write. Browsers send Origin, Sec-Fetch-Site or both with every POST; a
 * request with neither comes from a program, which carries no cookie that a page could misuse.
 */
export function isForeignWrite(method: string, headers: Headers, publicUrl: string): boolean {
  if (["GET", "HEAD", "OPTIONS"].includes(method)) return false;
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return true;
  const origin = headers.get("origin");
  if (origin === null) return false;
  if (!URL.canParse(origin)) return true;
  return origin !== new URL(publicUrl).origin && new URL(origin).host !== headers.get("host");
}

const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;

/** The id under which a request is logged: the one that came with it if that can stand in a log, else a new one. */
export function saneRequestId(given: string | null): string {
  return given !== null && SANE_REQUEST_ID.test(given) ? given : randomUUID();
}
