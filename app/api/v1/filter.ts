import { z } from "zod";
import { expiresIn, searchIn } from "@/lib/certificates/address";
import { SEARCH_LIMIT, STATUSES, USE_FILTERS } from "@/lib/certificates/rules";
import type { ListFilter } from "@/lib/certificates/schema";

export const search = z
  .string()
  .refine((text) => searchIn(text) !== undefined, `A search has 1 to ${SEARCH_LIMIT} characters.`)
  .optional()
  .meta({ description: "Any part of a name, subject, issuer, serial or fingerprint." });

const expires = z
  .string()
  .refine((months) => expiresIn(months) !== undefined, "Write a month as 2026-05, ..2026-05 or 2026-05..")
  .optional()
  .meta({
    description: "A month of expiry in UTC, and with dots all before or after it: 2026-05, ..2026-05, 2026-05..",
  });

/** What narrows the certificates; the flag is text in an address and true in a body. */
function filter<Flag extends z.ZodType>(flag: Flag) {
  return z.strictObject({
    status: z.enum(STATUSES).optional(),
    q: search,
    may_be_deleted: flag.optional().meta({ description: "Only what may be deleted now." }),
    use: z.enum(USE_FILTERS).optional().meta({
      description:
        "any: a service or an active sync keeps it from being deleted; serving: an endpoint was seen to serve it; synced: an active sync keeps a copy of it; none: not in use.",
    }),
    expires,
  });
}
export const filterQuery = filter(z.literal("true"));
export const filterBody = filter(z.literal(true));

export function filterOf(asked: z.output<typeof filterQuery> | z.output<typeof filterBody>): ListFilter {
  const deletable = asked.may_be_deleted === undefined ? undefined : "yes";
  return { status: asked.status, q: searchIn(asked.q), expires: asked.expires, deletable, use: asked.use };
}
