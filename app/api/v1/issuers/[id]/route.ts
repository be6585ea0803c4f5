import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { listAuthorities, readIssuer } from "@/lib/issuers/queries";
import { issuer, issuerOf } from "../../issuer-view";

export const GET = apiRoute(
  {
    can: "certificates:issue",
    summary: "Show one issuer, a private CA with its authorities.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: issuer,
  },
  async ({ scope, params: { id } }) => {
    const view = await readIssuer(scope, id);
    if (view === null) throw new ApiRefusal(UNKNOWN);
    return { value: issuerOf(view, await listAuthorities(scope, id)) };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
