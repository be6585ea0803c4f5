import { z } from "zod";
import { requestStop } from "@/lib/cleanup/commands";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { cleanupRun, cleanupRunOf, readCleanupRun } from "../../../../cleanup-view";

export const POST = apiRoute(
  {
    can: "cleanup:manage",
    summary: "Stop a running run, which ends after the batch at hand.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: cleanupRun,
    statuses: { 202: "It was asked for." },
  },
  async ({ scope, params: { id }, now }) => {
    await requestStop(scope, { runId: id, now });
    return { value: cleanupRunOf(await readCleanupRun(scope, id)), status: 202 };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
