import "server-only";
import { createHash } from "node:crypto";
import type { TokenScope } from "@/lib/auth/scope";
import { ApiRefusal } from "@/lib/http/api-problem";
import type { ApiReply } from "@/lib/http/api-reply";
import { claimKey, keepReply, releaseKey } from "@/lib/idempotency/commands";
import { CLAIM_LIMIT_SECONDS, IDEMPOTENCY_HOURS, IDEMPOTENCY_KEY } from "@/lib/idempotency/rules";

type Sent = { request: Request; octets: Uint8Array; scope: TokenScope; now: Date };

/**
 * Does the work of a POST once for each Idempotency-Key of a token, and repeats its reply to the same request for a day.
 * What failed on the server's side is not kept, so that it can be tried again.
 */
export async function once({ request, octets, scope, now }: Sent, work: () => Promise<ApiReply>): Promise<ApiReply> {
  const key = request.method === "POST" ? request.headers.get("idempotency-key") : null;
  if (key === null) return work();
  if (!IDEMPOTENCY_KEY.test(key)) {
    const detail = "An Idempotency-Key has 1 to 255 visible ASCII characters.";
    throw new ApiRefusal({ name: "invalid-request", detail, fields: { "Idempotency-Key": detail } });
  }
  const claim = await claimKey(scope, { key, requestHash: hashOf(request, octets), now });
  switch (claim.kind) {
    case "answered": {
      const { location, ...reply } = claim.reply;
      return { ...reply, ...(location === null ? {} : { location }), headers: { "idempotency-replayed": "true" } };
    }
    case "other":
      throw new ApiRefusal({ name: "idempotency-key-reused", detail: REUSED });
    case "going_on":
      throw new ApiRefusal({ name: "idempotency-in-progress", detail: GOING_ON, headers: { "retry-after": "1" } });
    case "mine": {
      const reply = await work();
      const { status, body, location = null } = reply;
      if (status < 500 && typeof body === "string")
        await keepReply(scope, { key, claimId: claim.claimId }, { status, body, location });
      else await releaseKey(scope, { key, claimId: claim.claimId });
      return reply;
    }
  }
}

const REUSED = `This Idempotency-Key was sent with another request in the last ${IDEMPOTENCY_HOURS} hours. Send a new one.`;
const GOING_ON = `The first request with this Idempotency-Key is not answered yet. Send it again in a moment; after ${CLAIM_LIMIT_SECONDS} s it is carried out anew.`;

function hashOf(request: Request, octets: Uint8Array): string {
  const { pathname, search } = new URL(request.url);
  const sent = createHash("sha256").update(`${request.method} ${pathname}${search}\n`);
  const boundary = BOUNDARY.exec(request.headers.get("content-type") ?? "")?.[1];
  if (boundary === undefined) return sent.update(octets).digest("hex");
  // A client that sends a form again divides it by another text, drawn by chance.
  return sent.update(Buffer.from(octets).toString("latin1").replaceAll(boundary, ""), "latin1").digest("hex");
}

const BOUNDARY = /^multipart\/form-data *;.*\bboundary="?([^";]+)/i;
