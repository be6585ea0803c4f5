import { AppError } from "@/lib/errors";
import { route } from "@/lib/http/route";
import { listBulkCertificates, readBulk } from "@/lib/removal/bulk-queries";
import { bulkCertificatesQuery } from "@/lib/removal/schema";

/** A page of what became of the certificates of a bulk deletion. */
export const GET = route(
  { can: "removals:read", input: bulkCertificatesQuery },
  async ({ input: { id, outcome, after }, scope, now }) => {
    const bulk = id === null ? null : await readBulk(scope, id, now);
    if (bulk === null) throw new AppError("not_found", "There is no such bulk deletion.");
    return listBulkCertificates(scope, { id: bulk.id, outcome, after });
  },
);
