import type { ApiHandler } from "@/lib/http/api-route";
import * as deployment from "./certificates/[id]/deployments/[deploymentId]/route";
import * as deployments from "./certificates/[id]/deployments/route";
import * as certificate from "./certificates/[id]/route";
import * as certificates from "./certificates/route";
import * as preview from "./cleanup/preview/route";
import * as approval from "./cleanup/runs/[id]/approve/route";
import * as run from "./cleanup/runs/[id]/route";
import * as stop from "./cleanup/runs/[id]/stop/route";
import * as runs from "./cleanup/runs/route";
import * as settings from "./cleanup/settings/route";
import * as removal from "./removals/[id]/route";
import * as removals from "./removals/route";

export const API_METHODS = ["GET", "POST", "PUT", "DELETE"] as const;
export type ApiMethod = (typeof API_METHODS)[number];

/** Every route below /api/v1 by its path; the tests hold it to the files. */
export const API_ROUTES: Record<string, Partial<Record<ApiMethod, ApiHandler>>> = {
  "/certificates": certificates,
  "/certificates/{id}": certificate,
  "/certificates/{id}/deployments": deployments,
  "/certificates/{id}/deployments/{deploymentId}": deployment,
  "/removals": removals,
  "/removals/{id}": removal,
  "/cleanup/settings": settings,
  "/cleanup/preview": preview,
  "/cleanup/runs": runs,
  "/cleanup/runs/{id}": run,
  "/cleanup/runs/{id}/stop": stop,
  "/cleanup/runs/{id}/approve": approval,
};
