import { exportCertificates } from "@/lib/certificates/export";
import { listQuery } from "@/lib/certificates/schema";
import { attachment } from "@/lib/http/attachment";
import { csvBody } from "@/lib/http/csv";
import { route } from "@/lib/http/route";

export const GET = route({ can: "certificates:read", input: listQuery }, async ({ input, scope, now }) => {
  const body = await csvBody(exportCertificates(scope, input, now));
  const fileName = `certificates-${now.toISOString().slice(0, 10)}.csv`;
  return attachment(body, { fileName, contentType: "text/csv; charset=utf-8; header=present" });
});
