import { otherMethods } from "@/lib/http/api-method";
import { describeApi } from "@/lib/http/open-api";
import { API_ROUTES } from "../routes";

/** What the API is, for programs that make clients. No secret, so without a token. */
export function GET(): Response {
  return Response.json(describeApi(API_ROUTES), { headers: { "cache-control": "no-cache" } });
}

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
