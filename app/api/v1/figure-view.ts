import { z } from "zod";
import { COUNT_CAP } from "@/lib/certificates/rules";

export const figure = z
  .object({ count: z.int(), is_capped: z.boolean() })
  .meta({ description: "is_capped: counting stopped before the end, so that it is the least that there is." });

export function figureOf({ count, isCapped }: { count: number; isCapped: boolean }): z.input<typeof figure> {
  return { count, is_capped: isCapped };
}

/** A count that stopped one above COUNT_CAP. */
export function cappedFigureOf(count: number): z.input<typeof figure> {
  return { count: Math.min(count, COUNT_CAP), is_capped: count > COUNT_CAP };
}
