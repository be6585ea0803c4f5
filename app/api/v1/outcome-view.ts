import { z } from "zod";

/** What became of one certificate of a bulk deletion or a cleanup run. */
export const outcomeRow = z
  .object({
    id: z.uuid(),
    name: z.string(),
    error: z.string().nullable().meta({ description: "Why it failed." }),
    is_in_inventory: z.boolean().meta({ description: "False: its removal record has the same id." }),
  })
  .meta({ id: "CertificateOutcome" });
