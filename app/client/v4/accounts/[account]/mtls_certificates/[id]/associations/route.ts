import { answerAssociations } from "@/lib/cloudflare/queries";
import { certificatePath } from "@/lib/cloudflare/schema";
import { cloudflareRoute, unknownMethod } from "@/lib/http/cloudflare-route";

export const GET = cloudflareRoute(
  { can: "certificates:read", input: certificatePath, from: "path" },
  ({ scope, input }) => answerAssociations(scope, input.id),
);

export const POST = unknownMethod;
export const PUT = unknownMethod;
export const PATCH = unknownMethod;
export const DELETE = unknownMethod;
