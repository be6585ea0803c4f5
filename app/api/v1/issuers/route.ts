import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { listIssuers } from "@/lib/issuers/queries";
import { listedIssuer, listedIssuerOf } from "../issuer-view";

export const GET = apiRoute(
  {
    can: "certificates:issue",
    summary: "List the issuers that certificates can be ordered of, by name: all of them.",
    params: NOTHING,
    query: NOTHING,
    body: NOTHING,
    answer: z.object({ issuers: z.array(listedIssuer) }),
  },
  async ({ scope }) => ({ value: { issuers: (await listIssuers(scope)).map(listedIssuerOf) } }),
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
