import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { sessionCookieName } from "@/lib/auth/session-cookie";
import { env } from "@/lib/env";
import { contentSecurityPolicy, isForeignWrite, saneRequestId, securityHeaders } from "@/lib/http/browser-guard";
import { log } from "@/lib/log";

const PUBLIC = /^\/(sign-in|setup|invite|api|client|docs|pki|\.well-known|icon\.svg|favicon\.ico|robots\.txt)(\/|$)/;
/** Their routes take API tokens alone, and refuse everything, also long bodies, in the form that their clients read. */
const FOR_PROGRAMS = /^\/(api\/v1|client\/v4)(\/|$)/;

/**
 * Before every page, action and route: a request id, the headers that tell browsers what to refuse, and a no to writes
 * from foreign pages. The way to the sign-in screen is comfort; the lock is the gate of each page, action and route.
 */
export function proxy(request: NextRequest): NextResponse {
  const publicUrl = env().CERTSWEEP_URL;
  const requestId = saneRequestId(request.headers.get("x-request-id"));
  const nonce = randomBytes(16).toString("base64");
  const policy = contentSecurityPolicy(nonce, { development: process.env.NODE_ENV === "development" });
  const guard = { ...securityHeaders(publicUrl), "content-security-policy": policy, "x-request-id": requestId };

  // Programs bring a token with each request, which no other site can have a browser send.
  const isForPrograms = FOR_PROGRAMS.test(request.nextUrl.pathname);
  if (!isForPrograms && isForeignWrite(request.method, request.headers, publicUrl)) {
    log.warn({ requestId, path: request.nextUrl.pathname }, "a write from a foreign page was refused");
    return NextResponse.json({ problem: FOREIGN }, { status: 403, headers: guard });
  }
  if (!isForPrograms && Number(request.headers.get("content-length") ?? 0) > BODY_LIMIT)
    return new NextResponse(TOO_LARGE, { status: 413, headers: { ...guard, "content-type": "text/plain" } });
  const path = request.nextUrl.pathname + request.nextUrl.search;
  if (needsSignIn(request)) {
    const signIn = new URL("/sign-in", request.nextUrl);
    if (path !== "/") signIn.searchParams.set("from", path);
    return NextResponse.redirect(signIn, { headers: guard });
  }
  const headers = new Headers(request.headers);
  headers.set("x-request-id", requestId);
  headers.set("x-certsweep-path", path);
  headers.set("content-security-policy", policy);
  return NextResponse.next({ request: { headers }, headers: guard });
}

export const config = { matcher: ["/((?!_next/static/).*)"] };

/** As next.config.ts limits bodies, which it does without words. Bytes. */
const BODY_LIMIT = 12 * 1024 * 1024;
const TOO_LARGE = "This is more than 12 MB at once. Send less.";

const FOREIGN = { code: "forbidden", message: "This request came from another site and was refused." };

function needsSignIn(request: NextRequest): boolean {
  const reads = request.method === "GET" || request.method === "HEAD";
  return reads && !PUBLIC.test(request.nextUrl.pathname) && !request.cookies.has(sessionCookieName());
}
