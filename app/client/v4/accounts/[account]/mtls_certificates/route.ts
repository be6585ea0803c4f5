import { answerCreation } from "@/lib/cloudflare/commands";
import { answerList } from "@/lib/cloudflare/queries";
import { createInput, listInput } from "@/lib/cloudflare/schema";
import { cloudflareRoute, unknownMethod } from "@/lib/http/cloudflare-route";

export const GET = cloudflareRoute({ can: "certificates:read", input: listInput, from: "query" }, ({ scope, input }) =>
  answerList(scope, input),
);

export const POST = cloudflareRoute(
  { can: "certificates:upload", input: createInput, from: "body" },
  ({ scope, input, now }) => answerCreation(scope, input, now),
);

export const PUT = unknownMethod;
export const PATCH = unknownMethod;
export const DELETE = unknownMethod;
