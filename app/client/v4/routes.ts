import type { IncomingMessage, ServerResponse } from "node:http";
import { answerCloudflare } from "@/lib/http/cloudflare-direct";
import type { CloudflareHandler } from "@/lib/http/cloudflare-route";
import { plainPaths } from "@/lib/http/direct";
import * as associations from "./accounts/[account]/mtls_certificates/[id]/associations/route";
import * as certificate from "./accounts/[account]/mtls_certificates/[id]/route";
import * as certificates from "./accounts/[account]/mtls_certificates/route";
import * as accounts from "./accounts/route";
import * as memberships from "./memberships/route";
import * as verify from "./user/tokens/verify/route";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Handlers = Record<(typeof METHODS)[number], CloudflareHandler>;

/** Every route below /client/v4 by its path; the tests hold it to the files. */
export const CLOUDFLARE_ROUTES: Record<string, Handlers> = {
  "/accounts": accounts,
  "/memberships": memberships,
  "/user/tokens/verify": verify,
  "/accounts/[account]/mtls_certificates": certificates,
  "/accounts/[account]/mtls_certificates/[id]": certificate,
  "/accounts/[account]/mtls_certificates/[id]/associations": associations,
};

const BASE = "/client/v4";

const routeAt = plainPaths(CLOUDFLARE_ROUTES);

/**
 * Answers a request that names one of the routes in its plain form, past Next (docs/decisions/0023). False for everything
 * else, which Next may have.
 */
export function answerPlainRequest(request: IncomingMessage, response: ServerResponse): boolean {
  const { url = "" } = request;
  const method = METHODS.find((known) => known === request.method);
  if (method === undefined || !url.startsWith(BASE)) return false;
  const [path = "", search = ""] = url.slice(BASE.length).split(/\?(.*)/s);
  const found = routeAt(path);
  if (found === null) return false;
  void answerCloudflare(request, response, { handler: found.entry[method], params: found.params, search });
  return true;
}
