import { z } from "zod";

/** The place of a row in a list by a moment, with the id for those of one moment. */
export type MomentPlace = { moment: Date; id: string };

// The years that JavaScript writes as PostgreSQL reads them.
const EARLIEST = new Date("0001-01-01T00:00:00.000Z");
const LATEST = new Date("9999-12-31T23:59:59.999Z");

const momentPlace = z
  .string()
  .regex(/^-?\d{1,15}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  .transform((text): MomentPlace => {
    const [milliseconds = "", id = ""] = text.split(".");
    return { moment: new Date(Number(milliseconds)), id };
  })
  .refine(({ moment }) => moment >= EARLIEST && moment <= LATEST);

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
