import { z } from "zod";
import { DestinationError, type FailureKind } from "@/lib/destinations/adapter";
import { kindOfStatus, retryAfter } from "@/lib/destinations/failures";

/** The names of errors in the API reference of ACM, and those that are common to all of AWS. */
const KINDS = new Map<string, FailureKind>([
  ...named("credentials", [
    ...["ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidClientTokenId"],
    ...["InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidIdentityToken"],
    ...["MissingAuthenticationToken", "MissingAuthenticationTokenException"],
  ]),
  ...named("forbidden", ["AccessDeniedException", "AccessDenied", "NotAuthorized", "OptInRequired"]),
  ...named("throttled", ["ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"]),
  ...named("in_use", ["ResourceInUseException"]),
  ...named("missing", ["ResourceNotFoundException"]),
]);

function named(kind: FailureKind, names: string[]): [string, FailureKind][] {
  return names.map((name) => [name, kind]);
}

const shape = z.object({
  name: z.string(),
  message: z.string(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
  $response: z
    .object({ headers: z.record(z.string(), z.string()) })
    .optional()
    .catch(undefined),
});

/** Words for what the AWS SDK throws; null for what AWS did not say. */
export function awsFailure(error: unknown): DestinationError | null {
  const read = shape.safeParse(error);
  if (!read.success) return null;
  const { name, message, $metadata, $response } = read.data;
  if (name === "CredentialsProviderError")
    return new DestinationError("credentials", "The server's environment has no credentials for AWS. Enter both keys.");
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return null;
  const kind = KINDS.get(name) ?? kindOfStatus(status);
  return new DestinationError(kind, `AWS answered ${name}: ${message}`, retryAfter($response?.headers["retry-after"]));
}
