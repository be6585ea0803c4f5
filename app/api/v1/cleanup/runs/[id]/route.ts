import { z } from "zod";
import { readRun } from "@/lib/cleanup/history";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { cleanupRun, cleanupRunOf } from "../../../cleanup-view";

export const GET = apiRoute(
  {
    can: "cleanup:manage",
    summary: "Show one run of the cleanup.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: cleanupRun,
  },
  async ({ scope, params: { id } }) => {
    const found = await readRun(scope, id);
    if (found === null) throw new ApiRefusal(UNKNOWN);
    return { value: cleanupRunOf(found.run) };
  },
);
