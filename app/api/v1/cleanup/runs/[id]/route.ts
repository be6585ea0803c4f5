import { z } from "zod";
import { readRun } from "@/lib/cleanup/history";
import { readCleanup } from "@/lib/cleanup/queries";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { cleanupRun, cleanupRunOf } from "../../../cleanup-view";
import { figure, figureOf } from "../../../figure-view";

export const GET = apiRoute(
  {
    can: "cleanup:manage",
    summary: "Show one run of the cleanup.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: cleanupRun.extend({
      is_latest: z
        .boolean()
        .meta({ description: "None began after it. Of held runs only the latest can be approved." }),
      remaining: figure.nullable().meta({ description: "What a running run has still to remove; null of any other." }),
    }),
  },
  async ({ scope, params: { id }, now }) => {
    const found = await readRun(scope, id);
    if (found === null) throw new ApiRefusal(UNKNOWN);
    const remaining = found.run.status === "running" ? (await readCleanup(scope, now)).remaining : null;
    const told = { is_latest: found.isLatest, remaining: remaining === null ? null : figureOf(remaining) };
    return { value: { ...cleanupRunOf(found.run), ...told } };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
