import { z } from "zod";
import { AppError } from "@/lib/errors";
import { route } from "@/lib/http/route";
import { readBulk } from "@/lib/removal/bulk-queries";

const input = z.object({ id: z.uuid().nullable().catch(null) });

export const GET = route({ can: "removals:read", input }, async ({ input: { id }, scope, now }) => {
  const bulk = id === null ? null : await readBulk(scope, id, now);
  if (bulk === null) throw new AppError("not_found", "There is no such bulk deletion.");
  return bulk;
});
