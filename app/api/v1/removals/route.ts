import { z } from "zod";
import { searchIn } from "@/lib/certificates/address";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { listRemovals } from "@/lib/removal/queries";
import { cursorText, removalsAddress } from "@/lib/removal/schema";
import { cursorParameter, nextCursor } from "../cursor";
import { search } from "../filter";
import { listedRemoval, listedRemovalOf } from "../removal-view";

const query = z.strictObject({
  q: search,
  cursor: cursorParameter((text) => removalsAddress.parse({ after: text, before: null }).after),
});

export const GET = apiRoute(
  {
    can: "removals:read",
    summary: "List what was removed, newest first, fifty a page.",
    params: NOTHING,
    query,
    body: NOTHING,
    answer: z.object({ removals: z.array(listedRemoval), next_cursor: nextCursor }),
  },
  async ({ scope, query: { q, cursor = null } }) => {
    const { rows, older } = await listRemovals(scope, { q: searchIn(q) ?? "", after: cursor, before: null });
    return { value: { removals: rows.map(listedRemovalOf), next_cursor: older === null ? null : cursorText(older) } };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
