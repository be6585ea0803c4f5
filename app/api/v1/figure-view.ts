import { z } from "zod";
import { COUNT_CAP } from "@/lib/certificates/rules";

export const figure = z
  .object({ count: z.int(), is_capped: z.boolean() })
  .meta({ description: "is_capped: there are more than were counted." });

export function figureOf({ count, isCapped }: { count: number; isCapped: boolean }): z.input<typeof figure> {
  return { count, is_capped: isCapped };
}

/** A count that stopped one above COUNT_CAP. */
export function cappedFigureOf(count: number): z.input<typeof figure> {
  return { count: Math.min(count, COUNT_CAP), is_capped: count > COUNT_CAP };
}

export const isPartial = z.boolean().meta({
  description: "Looking stopped before the end: each figure is the least that there is.",
});
