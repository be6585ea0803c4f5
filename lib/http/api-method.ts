import "server-only";
import { randomUUID } from "node:crypto";
import { type ApiProblem, ApiRefusal } from "@/lib/http/api-problem";
import { replyBehind, responseOf } from "@/lib/http/api-reply";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];
type Handlers = Record<Method, (request: Request) => Response>;

/** The methods that an address does not have beside those `handled`: each is refused with the list of those that it has. */
export function otherMethods(handled: Partial<Record<Method, unknown>>): Handlers {
  // Next answers HEAD where there is a GET, and OPTIONS everywhere.
  const known = METHODS.filter((method) => method in handled || (method === "HEAD" && "GET" in handled));
  const allow = [...known, "OPTIONS"].join(", ");
  return handlersOf(({ method }) => {
    const detail = `This address does not know ${method}. It knows ${allow}.`;
    return { name: "method-not-allowed", detail, headers: { allow } };
  });
}

/** For addresses that there are not: every method. Nobody is asked for a token, since what there is, is no secret. */
export const unknownAddress: Handlers = handlersOf(() => ({
  name: "not-found",
  detail: "The API has no such address. /docs/api lists those that it has.",
}));

function handlersOf(problemOf: (request: Request) => ApiProblem): Handlers {
  const handle = (request: Request) => {
    const requestId = request.headers.get("x-request-id") ?? randomUUID();
    const headers = new Headers({ "x-request-id": requestId, "cache-control": "no-store" });
    return responseOf(replyBehind(new ApiRefusal(problemOf(request)), requestId), headers);
  };
  return { GET: handle, HEAD: handle, POST: handle, PUT: handle, PATCH: handle, DELETE: handle };
}
