import { answerVerification } from "@/lib/cloudflare/queries";
import { nothing } from "@/lib/cloudflare/schema";
import { cloudflareRoute, unknownMethod } from "@/lib/http/cloudflare-route";

export const GET = cloudflareRoute({ can: "certificates:read", input: nothing, from: "path" }, ({ scope }) =>
  answerVerification(scope),
);

export const POST = unknownMethod;
export const PUT = unknownMethod;
export const PATCH = unknownMethod;
export const DELETE = unknownMethod;
