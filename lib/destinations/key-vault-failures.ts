import { z } from "zod";
import { DestinationError } from "@/lib/destinations/adapter";
import { kindOfStatus, retryAfter } from "@/lib/destinations/failures";

const shape = z.object({
  name: z.string(),
  message: z.string(),
  statusCode: z.number().optional(),
  code: z.string().optional().catch(undefined),
  response: z
    .object({ headers: z.custom<{ get: (name: string) => string | undefined }>(hasGet) })
    .optional()
    .catch(undefined),
});

function hasGet(headers: unknown): boolean {
  return typeof headers === "object" && headers !== null && "get" in headers && typeof headers.get === "function";
}

/** Words for what Azure's packages throw; null for what Azure did not say. */
export function azureFailure(error: unknown): DestinationError | null {
  const read = shape.safeParse(error);
  if (!read.success) return null;
  const { name, message, statusCode, response } = read.data;
  if (/^(Authentication|CredentialUnavailable)/.test(name)) return tokenFailure(message);
  if (message.startsWith("The challenge resource"))
    return new DestinationError("rejected", "The vault asks for a token of another cloud, so none was asked for.");
  if (name !== "RestError" || statusCode === undefined) return null;
  const wait = retryAfter(response?.headers.get("retry-after"));
  return new DestinationError(kindOfStatus(statusCode), `Azure answered ${statusCode}: ${firstLine(message)}`, wait);
}

/** Entra's own words begin with AADSTS and a number; without them it was not reached, or something else answered. */
function tokenFailure(message: string): DestinationError {
  const told = /AADSTS\d+:.*/s.exec(message)?.[0];
  if (told === undefined) return new DestinationError("unreachable", "The authority host did not answer as one.");
  return new DestinationError("credentials", `Azure gave no token: ${firstLine(told)}`);
}

/** Of a name that is taken by something deleted, being deleted or being recovered. */
export function isConflict(error: unknown): boolean {
  return shape.safeParse(error).data?.statusCode === 409;
}

/** What follows are trace ids and times. */
function firstLine(message: string): string {
  return message.split(/\s*(?:\r?\n|Trace ID:)/)[0] ?? "";
}
