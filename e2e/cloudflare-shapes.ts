import { z } from "zod";
import { wireAssociation, wireCertificate } from "@/lib/cloudflare/schema";

const info = z.strictObject({
  page: z.int().min(1),
  per_page: z.int().min(0),
  count: z.int().min(0),
  total_count: z.int().min(0),
  total_pages: z.int().min(0),
});
const message = z.strictObject({ code: z.int().min(1000), message: z.string().min(1) });

/** The envelope of a success, with nothing in it that is not of the contract. */
function envelope<Result extends z.ZodType, Info extends z.ZodType>(result: Result, result_info: Info) {
  const fields = { success: z.literal(true), errors: z.array(z.never()), messages: z.array(message), result };
  return z.strictObject({ ...fields, result_info });
}

const alone = z.undefined().optional();
const account = z.strictObject({ id: z.guid(), name: z.string().min(1) });
const ROLE = z.enum(["viewer", "member", "admin"]);

/** What each call of Cloudflare's API answers when it does not refuse. */
export const SUCCESSES = {
  list: envelope(z.array(wireCertificate), info),
  created: envelope(wireCertificate.extend({ updated_at: wireCertificate.shape.uploaded_on }), alone),
  certificate: envelope(wireCertificate, alone),
  associations: envelope(z.array(wireAssociation), info),
  verification: envelope(z.strictObject({ id: z.guid(), status: z.literal("active") }), alone),
  accounts: envelope(z.array(account.extend({ type: z.literal("standard") })), info),
  memberships: envelope(
    z.array(z.strictObject({ id: z.guid(), status: z.literal("accepted"), account, roles: z.array(ROLE) })),
    info,
  ),
} as const;
