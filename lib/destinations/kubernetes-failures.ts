import { z } from "zod";
import { DestinationError } from "@/lib/destinations/adapter";
import { kindOfStatus, retryAfter } from "@/lib/destinations/failures";

/** ApiException of the client; its message repeats headers and body, so only the body's own fields are told. */
const shape = z.object({
  code: z.number(),
  body: z.unknown(),
  headers: z.record(z.string(), z.string()),
});

/** `Status` of the Kubernetes API. */
const status = z.object({ kind: z.literal("Status"), message: z.string(), reason: z.string().optional() });

/** Words for what the Kubernetes client throws; null for what the cluster did not say. */
export function kubernetesFailure(error: unknown): DestinationError | null {
  const read = shape.safeParse(error);
  if (!read.success) return null;
  const { code, body, headers } = read.data;
  const told = status.safeParse(typeof body === "string" ? parseJson(body) : body).data;
  // Of a 401 the client keeps no body.
  const words = told === undefined ? "without a reason" : `${told.reason ?? "without a reason"}: ${told.message}`;
  const sentence = `The cluster answered ${code} ${words}`;
  return new DestinationError(kindOfStatus(code), sentence, retryAfter(headers["retry-after"]));
}

/** Created or changed by somebody else since it was read. */
export function isTaken(error: unknown): boolean {
  return shape.safeParse(error).data?.code === 409;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy before the cluster may answer with a page.
    return null;
  }
}
