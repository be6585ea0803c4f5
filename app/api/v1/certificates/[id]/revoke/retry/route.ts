import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { retryRevocation } from "@/lib/revocation/commands";
import { REVOCATION_STATUSES, revocation, revocationOf } from "../../../../revocation-view";

export const POST = apiRoute(
  {
    can: "certificates:revoke",
    summary: "Have the CA of a certificate whose revocation is pending asked again, at once.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: revocation,
    statuses: REVOCATION_STATUSES,
  },
  async ({ scope, params: { id }, now }) => revocationOf(await retryRevocation(scope, id, now)),
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
