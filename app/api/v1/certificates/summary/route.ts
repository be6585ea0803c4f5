import { z } from "zod";
import { summariseCertificates } from "@/lib/certificates/summary";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { cappedFigureOf, figure, isPartial } from "../../figure-view";
import { filterOf, filterQuery } from "../../filter";

const summary = z.object({
  total: figure,
  may_be_deleted: figure,
  by_status: z
    .object({ valid: figure, expiring: figure, expired: figure, revoked: figure, not_yet_valid: figure })
    .meta({ description: "Whatever status was asked for." }),
  is_partial: isPartial,
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
    const { total, deletable, byStatus, ...rest } = await summariseCertificates(scope, filterOf(query), now);
    const value = {
      total: cappedFigureOf(total),
      may_be_deleted: cappedFigureOf(deletable),
      by_status: {
        valid: cappedFigureOf(byStatus.valid),
        expiring: cappedFigureOf(byStatus.expiring),
        expired: cappedFigureOf(byStatus.expired),
        revoked: cappedFigureOf(byStatus.revoked),
        not_yet_valid: cappedFigureOf(byStatus.not_yet_valid),
      },
      is_partial: rest.isPartial,
      is_empty: rest.isEmpty,
    };
    return { value };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
