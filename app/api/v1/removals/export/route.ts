import { z } from "zod";
import { searchIn } from "@/lib/certificates/address";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { csvBody, csvFileName } from "@/lib/http/csv";
import { exportRemovals } from "@/lib/removal/export";
import { search } from "../../filter";

export const GET = apiRoute(
  {
    can: "removals:read",
    summary: "Export the removals as CSV, newest first, all of them, written as they are read.",
    params: NOTHING,
    query: z.strictObject({ q: search }),
    body: NOTHING,
    answer: z.string(),
    isCsv: true,
  },
  async ({ scope, query: { q }, now }) => ({
    csv: await csvBody(exportRemovals(scope, searchIn(q) ?? "")),
    fileName: csvFileName("removals", now),
  }),
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
