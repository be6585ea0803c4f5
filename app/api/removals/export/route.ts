import { attachment } from "@/lib/http/attachment";
import { CSV_TYPE, csvBody, csvFileName } from "@/lib/http/csv";
import { route } from "@/lib/http/route";
import { exportRemovals } from "@/lib/removal/export";
import { removalsSearch } from "@/lib/removal/schema";

export const GET = route({ can: "removals:read", input: removalsSearch }, async ({ input, scope, now }) => {
  const body = await csvBody(exportRemovals(scope, input.q));
  return attachment(body, { fileName: csvFileName("removals", now), contentType: CSV_TYPE });
});
