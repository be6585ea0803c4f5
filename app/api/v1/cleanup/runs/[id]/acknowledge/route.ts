import { z } from "zod";
import { acknowledgeRun } from "@/lib/cleanup/commands";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { cleanupRun, cleanupRunOf, readCleanupRun } from "../../../../cleanup-view";

export const POST = apiRoute(
  {
    can: "cleanup:manage",
    summary:
      "Say that the end of a run was seen, so that nobody is reminded of it any more. A held run is left as it is.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: cleanupRun,
  },
  async ({ scope, params: { id }, now }) => {
    await acknowledgeRun(scope, { runId: id, now });
    return { value: cleanupRunOf(await readCleanupRun(scope, id)) };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
