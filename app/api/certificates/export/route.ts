import { exportCertificates } from "@/lib/certificates/export";
import { listQuery } from "@/lib/certificates/schema";
import { attachment } from "@/lib/http/attachment";
import { CSV_TYPE, csvBody, csvFileName } from "@/lib/http/csv";
import { route } from "@/lib/http/route";

export const GET = route({ can: "certificates:read", input: listQuery }, async ({ input, scope, now }) => {
  const body = await csvBody(exportCertificates(scope, input, now));
  return attachment(body, { fileName: csvFileName("certificates", now), contentType: CSV_TYPE });
});
