import { z } from "zod";
import { STATUSES } from "@/lib/certificates/rules";
import { readTimeline } from "@/lib/certificates/timeline";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { figure, figureOf } from "../../figure-view";
import { filterOf, filterQuery } from "../../filter";

const timeline = z.object({
  months: z.array(
    z.object({
      expires: z.string().meta({ description: "As the list takes it; the first and last month have all beyond them." }),
      statuses: z.array(z.object({ status: z.enum(STATUSES), ...figure.shape })),
    }),
  ),
});

export const GET = apiRoute(
  {
    can: "certificates:read",
    summary: "Count certificates by month of expiry and status.",
    params: NOTHING,
    query: filterQuery.omit({ expires: true }),
    body: NOTHING,
    answer: timeline,
  },
  async ({ scope, query, now }) => {
    const { months, isPartial: isCapped } = await readTimeline(scope, filterOf(query), now);
    const told = months.map(({ key, segments }) => ({
      expires: key,
      statuses: segments.map(({ status, count }) => ({ status, ...figureOf({ count, isCapped }) })),
    }));
    return { value: { months: told } };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
