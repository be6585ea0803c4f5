import { z } from "zod";
import { DestinationError, type FailureKind } from "@/lib/destinations/adapter";
import { kindOfStatus, retryAfter } from "@/lib/destinations/failures";

/** Of Certsweep's own API for a certificate that something uses; Cloudflare's has no number of its own in the reference. */
const IN_USE_CODE = 1480;
const IN_USE_WORDS = /\b(in use|associated|associations?)\b/i;

/** APIError of Cloudflare's client. */
const shape = z.object({
  status: z.number(),
  headers: z.instanceof(Headers).optional().catch(undefined),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).catch([]),
});

/** Words for what Cloudflare's client throws; null for what Cloudflare did not say. */
export function cloudflareFailure(error: unknown): DestinationError | null {
  const read = shape.safeParse(error);
  if (!read.success) return null;
  const { status, headers, errors } = read.data;
  const told = errors.map(({ code, message }) => `${message} (${code})`).join("; ");
  const sentence = `Cloudflare answered ${status}: ${told === "" ? "without a reason" : told}`;
  return new DestinationError(kindOf(status, errors), sentence, retryAfter(headers?.get("retry-after")));
}

function kindOf(status: number, errors: readonly { code: number; message: string }[]): FailureKind {
  const isUsed = errors.some(({ code, message }) => code === IN_USE_CODE || IN_USE_WORDS.test(message));
  if (isUsed && [400, 409].includes(status)) return "in_use";
  return kindOfStatus(status);
}
