import { z } from "zod";
import { searchIn } from "@/lib/certificates/address";
import { SEARCH_LIMIT } from "@/lib/certificates/rules";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { listRemovals } from "@/lib/removal/queries";
import { cursorText, removalsAddress } from "@/lib/removal/schema";
import { listedRemoval, listedRemovalOf } from "../removal-view";

const placeOf = (text: string | undefined) => removalsAddress.parse({ after: text ?? null }).after;

const query = z.strictObject({
  q: z
    .string()
    .refine((text) => searchIn(text) !== undefined, `A search has 1 to ${SEARCH_LIMIT} characters.`)
    .optional()
    .meta({ description: "Any part of a name, subject, issuer, serial or fingerprint." }),
  cursor: z
    .string()
    .refine((text) => placeOf(text) !== null, "This is not the next_cursor of a page of this list.")
    .optional()
    .meta({ description: "The next_cursor of the page before." }),
});

export const GET = apiRoute(
  {
    can: "removals:read",
    summary: "List what was removed, newest first, fifty a page.",
    params: NOTHING,
    query,
    body: NOTHING,
    answer: z.object({ removals: z.array(listedRemoval), next_cursor: z.string().nullable() }),
  },
  async ({ scope, query: { q, cursor } }) => {
    const { rows, older } = await listRemovals(scope, { q: searchIn(q) ?? "", after: placeOf(cursor), before: null });
    return { value: { removals: rows.map(listedRemovalOf), next_cursor: older === null ? null : cursorText(older) } };
  },
);
