import { listFilter } from "@/lib/certificates/schema";
import { summariseCertificates } from "@/lib/certificates/summary";
import { route } from "@/lib/http/route";

export const GET = route({ can: "certificates:read", input: listFilter }, ({ scope, input, now }) =>
  summariseCertificates(scope, input, now),
);
