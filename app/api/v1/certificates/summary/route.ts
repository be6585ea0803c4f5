import { z } from "zod";
import { summariseCertificates } from "@/lib/certificates/summary";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { figure, figureOf } from "../../figure-view";
import { filterOf, filterQuery } from "../../filter";

const summary = z.object({
  total: figure,
  may_be_deleted: figure,
  by_status: z
    .object({ valid: figure, expiring: figure, expired: figure, revoked: figure, not_yet_valid: figure })
    .meta({ description: "Whatever status was asked for." }),
  is_empty: z.boolean().meta({ description: "The account has no certificate at all." }),
});

export const GET = apiRoute(
  {
    can: "certificates:read",
    summary: "Count certificates by status, and those that may be deleted.",
    params: NOTHING,
    query: filterQuery,
    body: NOTHING,
    answer: summary,
  },
  async ({ scope, query, now }) => {
    const summarised = await summariseCertificates(scope, filterOf(query), now);
    const { total, deletable, byStatus, isPartial, isDeletablePartial, isEmpty } = summarised;
    const counted = (count: number) => figureOf({ count, isCapped: isPartial });
    const value = {
      total: counted(total),
      may_be_deleted: figureOf({ count: deletable, isCapped: isDeletablePartial }),
      by_status: {
        valid: counted(byStatus.valid),
        expiring: counted(byStatus.expiring),
        expired: counted(byStatus.expired),
        revoked: counted(byStatus.revoked),
        not_yet_valid: counted(byStatus.not_yet_valid),
      },
      is_empty: isEmpty,
    };
    return { value };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
