import { z } from "zod";
import { LIST_SORTS } from "@/lib/certificates/address";
import { exportCertificates } from "@/lib/certificates/export";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { csvBody, csvFileName } from "@/lib/http/csv";
import { filterOf, filterQuery } from "../../filter";

export const GET = apiRoute(
  {
    can: "certificates:read",
    summary: "Export certificates as CSV, all of them, written as they are read.",
    params: NOTHING,
    query: filterQuery.extend({ sort: z.enum(LIST_SORTS).default("expiry") }),
    body: NOTHING,
    answer: z.string(),
    isCsv: true,
  },
  async ({ scope, query, now }) => {
    const pieces = exportCertificates(scope, { ...filterOf(query), sort: query.sort }, now);
    return { csv: await csvBody(pieces), fileName: csvFileName("certificates", now) };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
