import { answerRemoval } from "@/lib/cloudflare/commands";
import { answerCertificate } from "@/lib/cloudflare/queries";
import { certificatePath } from "@/lib/cloudflare/schema";
import { cloudflareRoute, unknownMethod } from "@/lib/http/cloudflare-route";

export const GET = cloudflareRoute(
  { can: "certificates:read", input: certificatePath, from: "path" },
  ({ scope, input }) => answerCertificate(scope, input.id),
);

/** Whatever body comes with it is not looked at: clients send none or an empty object. */
export const DELETE = cloudflareRoute(
  { can: "certificates:delete", input: certificatePath, from: "path" },
  ({ scope, input, now }) => answerRemoval(scope, { id: input.id, now }),
);

export const POST = unknownMethod;
export const PUT = unknownMethod;
export const PATCH = unknownMethod;
