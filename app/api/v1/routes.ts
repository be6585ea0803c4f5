import type { ApiHandler } from "@/lib/http/api-route";
import * as bulkCertificates from "./bulk-deletions/[id]/certificates/route";
import * as bulkRetry from "./bulk-deletions/[id]/retry/route";
import * as bulk from "./bulk-deletions/[id]/route";
import * as bulkStop from "./bulk-deletions/[id]/stop/route";
import * as bulkPreview from "./bulk-deletions/preview/route";
import * as bulks from "./bulk-deletions/route";
import * as check from "./certificates/[id]/check/route";
import * as deployment from "./certificates/[id]/deployments/[deploymentId]/route";
import * as deployments from "./certificates/[id]/deployments/route";
import * as endpoints from "./certificates/[id]/endpoints/route";
import * as history from "./certificates/[id]/history/route";
import * as privateKey from "./certificates/[id]/private-key/route";
import * as renewal from "./certificates/[id]/renew/route";
import * as revocationCheck from "./certificates/[id]/revocation-check/route";
import * as revokeRetry from "./certificates/[id]/revoke/retry/route";
import * as revoke from "./certificates/[id]/revoke/route";
import * as certificate from "./certificates/[id]/route";
import * as syncCheck from "./certificates/[id]/syncs/[syncId]/check/route";
import * as syncPush from "./certificates/[id]/syncs/[syncId]/push/route";
import * as sync from "./certificates/[id]/syncs/[syncId]/route";
import * as syncs from "./certificates/[id]/syncs/route";
import * as certificateExport from "./certificates/export/route";
import * as certificates from "./certificates/route";
import * as summary from "./certificates/summary/route";
import * as timeline from "./certificates/timeline/route";
import * as upload from "./certificates/upload/route";
import * as preview from "./cleanup/preview/route";
import * as acknowledgement from "./cleanup/runs/[id]/acknowledge/route";
import * as approval from "./cleanup/runs/[id]/approve/route";
import * as runCertificates from "./cleanup/runs/[id]/certificates/route";
import * as foreseen from "./cleanup/runs/[id]/foreseen/route";
import * as run from "./cleanup/runs/[id]/route";
import * as stop from "./cleanup/runs/[id]/stop/route";
import * as runs from "./cleanup/runs/route";
import * as settings from "./cleanup/settings/route";
import * as destinations from "./destinations/route";
import * as issuer from "./issuers/[id]/route";
import * as issuers from "./issuers/route";
import * as orderCancel from "./orders/[id]/cancel/route";
import * as orderCheck from "./orders/[id]/check/route";
import * as orderRetry from "./orders/[id]/retry/route";
import * as order from "./orders/[id]/route";
import * as orders from "./orders/route";
import * as removal from "./removals/[id]/route";
import * as removalExport from "./removals/export/route";
import * as removals from "./removals/route";
import * as removalSummary from "./removals/summary/route";

export const API_METHODS = ["GET", "POST", "PUT", "DELETE"] as const;
export type ApiMethod = (typeof API_METHODS)[number];
type Operations = Partial<Record<ApiMethod, ApiHandler>>;

/** Every route below /api/v1 by its path; the tests hold it to the files. */
export const API_ROUTES: Record<string, Operations> = Object.fromEntries(
  Object.entries({
    "/certificates": certificates,
    "/certificates/upload": upload,
    "/certificates/summary": summary,
    "/certificates/timeline": timeline,
    "/certificates/export": certificateExport,
    "/certificates/{id}": certificate,
    "/certificates/{id}/private-key": privateKey,
    "/certificates/{id}/history": history,
    "/certificates/{id}/renew": renewal,
    "/certificates/{id}/revoke": revoke,
    "/certificates/{id}/revoke/retry": revokeRetry,
    "/certificates/{id}/syncs": syncs,
    "/certificates/{id}/syncs/{syncId}": sync,
    "/certificates/{id}/syncs/{syncId}/push": syncPush,
    "/certificates/{id}/syncs/{syncId}/check": syncCheck,
    "/certificates/{id}/deployments": deployments,
    "/certificates/{id}/deployments/{deploymentId}": deployment,
    "/certificates/{id}/endpoints": endpoints,
    "/certificates/{id}/check": check,
    "/certificates/{id}/revocation-check": revocationCheck,
    "/bulk-deletions": bulks,
    "/bulk-deletions/preview": bulkPreview,
    "/bulk-deletions/{id}": bulk,
    "/bulk-deletions/{id}/certificates": bulkCertificates,
    "/bulk-deletions/{id}/stop": bulkStop,
    "/bulk-deletions/{id}/retry": bulkRetry,
    "/destinations": destinations,
    "/issuers": issuers,
    "/issuers/{id}": issuer,
    "/orders": orders,
    "/orders/{id}": order,
    "/orders/{id}/cancel": orderCancel,
    "/orders/{id}/retry": orderRetry,
    "/orders/{id}/check": orderCheck,
    "/removals": removals,
    "/removals/summary": removalSummary,
    "/removals/export": removalExport,
    "/removals/{id}": removal,
    "/cleanup/settings": settings,
    "/cleanup/preview": preview,
    "/cleanup/runs": runs,
    "/cleanup/runs/{id}": run,
    "/cleanup/runs/{id}/stop": stop,
    "/cleanup/runs/{id}/approve": approval,
    "/cleanup/runs/{id}/acknowledge": acknowledgement,
    "/cleanup/runs/{id}/foreseen": foreseen,
    "/cleanup/runs/{id}/certificates": runCertificates,
  }).map(([path, handlers]) => [path, operationsOf(handlers)]),
);

type Exported = Record<string, ApiHandler | ((request: Request) => Response)>;

/** What a route does, without the methods that it only refuses. */
function operationsOf(handlers: Exported): Operations {
  const operations: Operations = {};
  for (const method of API_METHODS) {
    const handler = handlers[method];
    if (handler !== undefined && "declaration" in handler) operations[method] = handler;
  }
  return operations;
}
