import { z } from "zod";
import { searchIn } from "@/lib/certificates/address";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { countRemovals } from "@/lib/removal/queries";
import { cappedFigureOf, figure } from "../../figure-view";
import { search } from "../../filter";

export const GET = apiRoute(
  {
    can: "removals:read",
    summary: "Count the removals.",
    params: NOTHING,
    query: z.strictObject({ q: search }),
    body: NOTHING,
    answer: z.object({ total: figure }),
  },
  async ({ scope, query: { q } }) => ({
    value: { total: cappedFigureOf(await countRemovals(scope, searchIn(q) ?? "")) },
  }),
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
