import { z } from "zod";
import { approveRun } from "@/lib/cleanup/commands";
import { readRun } from "@/lib/cleanup/history";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { cleanupRun, cleanupRunOf } from "../../../../cleanup-view";

export const POST = apiRoute(
  {
    can: "cleanup:manage",
    summary: "Let a run go on that the brake has held.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: cleanupRun,
    statuses: { 202: "It goes on within seconds." },
  },
  async ({ scope, params: { id }, now }) => {
    if ((await readRun(scope, id)) === null) throw new ApiRefusal(UNKNOWN);
    await approveRun(scope, { runId: id, now });
    const found = await readRun(scope, id);
    if (found === null) throw new ApiRefusal(UNKNOWN);
    return { value: cleanupRunOf(found.run), status: 202 };
  },
);
