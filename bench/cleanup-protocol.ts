import { z } from "zod";

/** What a run of the product took, in milliseconds and megabytes of resident memory; see VariantResult for `sessionMs`. */
export const runResult = z.object({
  status: z.string(),
  totalMs: z.number(),
  longestBatchMs: z.number(),
  batches: z.number(),
  peakMemoryMb: z.number(),
  sessionMs: z.number().nullable(),
});

/** How long each query of the Overview took, in milliseconds. */
export const overviewTimes = z.object({ list: z.array(z.number()), summary: z.array(z.number()) });
