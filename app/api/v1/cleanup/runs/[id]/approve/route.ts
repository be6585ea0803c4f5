import { z } from "zod";
import { approveRun } from "@/lib/cleanup/commands";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { cleanupRun, cleanupRunOf, readCleanupRun } from "../../../../cleanup-view";

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
    await approveRun(scope, { runId: id, now });
    return { value: cleanupRunOf(await readCleanupRun(scope, id)), status: 202 };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
