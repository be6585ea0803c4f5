import { z } from "zod";
import { PREVIEW_OUTCOMES } from "@/lib/cleanup/rules";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { readCleanupRun } from "../../../../cleanup-view";
import { momentCursor } from "../../../../cursor";
import { foreseen, foreseenOf } from "../../../../foreseen-view";

export const GET = apiRoute(
  {
    can: "cleanup:manage",
    summary: "Show what a held run would do if it were approved now, with its own settings. Nothing is changed.",
    params: z.strictObject({ id: z.uuid() }),
    query: z.strictObject({ outcome: z.enum(PREVIEW_OUTCOMES).default("removable"), cursor: momentCursor }),
    body: NOTHING,
    answer: foreseen,
  },
  async ({ scope, params: { id }, query, now }) => {
    const { status, cutoff, skipSynced, brakePercent } = await readCleanupRun(scope, id);
    if (status !== "held") throw new ApiRefusal({ name: "conflict", detail: "This run is not held." });
    const run = { cutoff: new Date(cutoff), skipSynced, brakePercent, at: now };
    return { value: await foreseenOf(scope, run, query) };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
