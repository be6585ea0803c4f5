import { listFilter } from "@/lib/certificates/schema";
import { readTimeline } from "@/lib/certificates/timeline";
import { route } from "@/lib/http/route";

export const GET = route({ can: "certificates:read", input: listFilter }, ({ scope, input, now }) =>
  readTimeline(scope, input, now),
);
