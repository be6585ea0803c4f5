import { attachment } from "@/lib/http/attachment";
import { csvBody } from "@/lib/http/csv";
import { route } from "@/lib/http/route";
import { exportRemovals } from "@/lib/removal/export";
import { removalsSearch } from "@/lib/removal/schema";

export const GET = route({ can: "removals:read", input: removalsSearch }, async ({ input, scope, now }) => {
  const body = await csvBody(exportRemovals(scope, input.q));
  const fileName = `removals-${now.toISOString().slice(0, 10)}.csv`;
  return attachment(body, { fileName, contentType: "text/csv; charset=utf-8; header=present" });
});
