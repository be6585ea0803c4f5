import { answerMemberships } from "@/lib/cloudflare/queries";
import { singleInput } from "@/lib/cloudflare/schema";
import { cloudflareRoute, unknownMethod } from "@/lib/http/cloudflare-route";

export const GET = cloudflareRoute(
  { can: "certificates:read", input: singleInput, from: "query" },
  ({ scope, input }) => answerMemberships(scope, input),
);

export const POST = unknownMethod;
export const PUT = unknownMethod;
export const PATCH = unknownMethod;
export const DELETE = unknownMethod;
