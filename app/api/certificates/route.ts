import { listCertificates } from "@/lib/certificates/queries";
import { listQuery } from "@/lib/certificates/schema";
import { route } from "@/lib/http/route";

export const GET = route({ can: "certificates:read", input: listQuery }, ({ scope, input, now }) =>
  listCertificates(scope, input, now),
);
