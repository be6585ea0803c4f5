import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { weighChosen, weighSelection } from "@/lib/removal/selection";
import { selectionBody, selectionOf } from "../../bulk-deletion-view";

const preview = z.object({
  total: z.int().meta({ description: "Of those that are in the inventory." }),
  removable: z.int(),
  removable_still_valid: z.int().meta({ description: "Of the removable: uploaded, and neither expired nor revoked." }),
  blocked: z
    .object({ still_valid: z.int(), deployed: z.int(), synced: z.int() })
    .meta({ description: "What cannot go, each by its first reason." }),
  missing: z.int().meta({ description: "Ids that nothing in the inventory has." }),
});

export const POST = apiRoute(
  {
    can: "certificates:delete",
    summary: "Count what a bulk deletion would remove now, and what cannot go for which reason. Nothing is changed.",
    params: NOTHING,
    query: NOTHING,
    body: selectionBody,
    answer: preview,
  },
  async ({ scope, body, now }) => {
    const selection = selectionOf(body);
    const { total, removable, live, stillValid, deployed, synced } =
      selection.kind === "chosen"
        ? await weighChosen(scope, selection.ids, now)
        : await weighSelection(scope, { filter: selection.filter, isExact: true, now });
    const named = selection.kind === "chosen" ? new Set(selection.ids.map((id) => id.toLowerCase())).size : total;
    const blocked = { still_valid: stillValid, deployed, synced };
    return { value: { total, removable, removable_still_valid: live, blocked, missing: named - total } };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
