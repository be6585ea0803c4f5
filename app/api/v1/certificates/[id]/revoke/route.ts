import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { requestRevocation } from "@/lib/revocation/commands";
import { revocationReason } from "@/lib/revocation/schema";
import { REVOCATION_STATUSES, revocation, revocationOf } from "../../../revocation-view";

export const POST = apiRoute(
  {
    can: "certificates:revoke",
    summary: "Have a certificate that was issued here revoked at its CA, for good.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: z.strictObject({
      reason: revocationReason.default("unspecified").meta({ description: "Of RFC 5280 §5.3.1; the CA publishes it." }),
    }),
    answer: revocation,
    statuses: REVOCATION_STATUSES,
  },
  async ({ scope, params: { id: certificateId }, body: { reason }, now }) =>
    revocationOf(await requestRevocation(scope, { certificateId, reason }, now)),
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
