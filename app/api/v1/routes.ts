import type { ApiHandler } from "@/lib/http/api-route";
import * as certificate from "./certificates/[id]/route";
import * as certificates from "./certificates/route";

export const API_METHODS = ["GET", "POST", "PUT", "DELETE"] as const;
export type ApiMethod = (typeof API_METHODS)[number];

/** Every route below /api/v1 by its path; the tests hold it to the files. */
export const API_ROUTES: Record<string, Partial<Record<ApiMethod, ApiHandler>>> = {
  "/certificates": certificates,
  "/certificates/{id}": certificate,
};
