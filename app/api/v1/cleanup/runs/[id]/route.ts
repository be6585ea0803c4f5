import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { cleanupRun, cleanupRunOf, readCleanupRun } from "../../../cleanup-view";

export const GET = apiRoute(
  {
    can: "cleanup:manage",
    summary: "Show one run of the cleanup.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: cleanupRun,
  },
  async ({ scope, params: { id } }) => ({ value: cleanupRunOf(await readCleanupRun(scope, id)) }),
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
