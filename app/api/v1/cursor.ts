import { z } from "zod";
import { idPosition, momentPosition } from "@/lib/paging/schema";

/** The query parameter that says where a page begins, as the place that `read` finds in it. Refused when it finds none. */
export function cursorParameter<Place>(read: (text: string) => Place | null) {
  return z
    .string()
    .transform((text, context) => {
      const place = read(text);
      if (place !== null) return place;
      context.addIssue({ code: "custom", message: "This is not the next_cursor of a page of this list." });
      return z.NEVER;
    })
    .optional()
    .meta({ description: "The next_cursor of the page before." });
}

export const momentCursor = cursorParameter((text) => momentPosition.parse({ after: text, before: null }).after);
export const idCursor = cursorParameter((text) => idPosition.parse({ after: text, before: null }).after);

export const nextCursor = z.string().nullable().meta({ description: "Null on the last page." });
