import { z } from "zod";

/** The place of a row in a list by a moment, with the id for those of one moment. */
export type MomentPlace = { moment: Date; id: string };

// Milliseconds on either side of 1970, to the year 9999 and beyond: PostgreSQL reads them back as they were written.
const momentPlace = z
  .string()
  .regex(/^-?\d{1,15}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  .transform((text): MomentPlace => {
    const [milliseconds = "", id = ""] = text.split(".");
    return { moment: new Date(Number(milliseconds)), id };
  });

export function momentPlaceText({ moment, id }: MomentPlace): string {
  return `${moment.getTime()}.${id}`;
}

/** What an address says of a page in a list by a moment, or by ids; what is no good is dropped. */
export const momentPosition = z.object({
  after: momentPlace.nullable().catch(null),
  before: momentPlace.nullable().catch(null),
});
export const idPosition = z.object({
  after: z.uuid().nullable().catch(null),
  before: z.uuid().nullable().catch(null),
});
