import type { IncomingMessage, ServerResponse } from "node:http";
import { answerBrowser } from "@/lib/http/data-direct";
import { plainPaths } from "@/lib/http/direct";
import type { BrowserHandler } from "@/lib/http/route";
import * as uses from "./certificates/[id]/uses/route";
import * as certificates from "./certificates/route";
import * as selection from "./certificates/selection/route";
import * as summary from "./certificates/summary/route";
import * as timeline from "./certificates/timeline/route";
import * as effect from "./cleanup/effect/route";
import * as preview from "./cleanup/preview/route";
import * as cleanup from "./cleanup/route";
import * as bulkCertificates from "./removals/bulk/[id]/certificates/route";
import * as bulk from "./removals/bulk/[id]/route";

/** Every route that our own browser code reads data from, by its path; the tests hold it to the files. */
export const DATA_ROUTES: Record<string, { GET: BrowserHandler }> = {
  "/api/certificates": certificates,
  "/api/certificates/selection": selection,
  "/api/certificates/summary": summary,
  "/api/certificates/timeline": timeline,
  "/api/certificates/[id]/uses": uses,
  "/api/cleanup": cleanup,
  "/api/cleanup/effect": effect,
  "/api/cleanup/preview": preview,
  "/api/removals/bulk/[id]": bulk,
  "/api/removals/bulk/[id]/certificates": bulkCertificates,
};

const routeAt = plainPaths(DATA_ROUTES);

/**
 * Answers a GET of one of these paths in its plain form, past Next (docs/decisions/0037). False for everything else, which
 * Next may have.
 */
export function answerDataRequest(request: IncomingMessage, response: ServerResponse): boolean {
  const { url = "", method } = request;
  if (method !== "GET" || !url.startsWith("/api/")) return false;
  const [path = ""] = url.split("?", 1);
  const found = routeAt(path);
  if (found === null) return false;
  void answerBrowser(request, response, { handler: found.entry.GET, params: found.params });
  return true;
}
