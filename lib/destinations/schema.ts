import { z } from "zod";
import {
  CAPABILITIES,
  type Capability,
  DESTINATION_FIELDS,
  DESTINATION_KINDS,
  type DestinationKind,
  FIELD_LIMIT,
} from "@/lib/destinations/rules";

/** Characters in the name of a destination. */
const NAME_LIMIT = 100;

/** What a destination may be called. */
export const destinationName = z
  .string()
  .trim()
  .min(1, "Give the destination a name.")
  .refine((text) => Array.from(text).length <= NAME_LIMIT, `A name may have ${NAME_LIMIT} characters at most.`)
  .refine((text) => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text), "The name must be one line of text.");

/** The fields of a form by their names; which of them there are, and what they may hold, says the kind. */
const fields = z.record(
  z.string().max(64),
  z.string().max(FIELD_LIMIT, `A field may have ${FIELD_LIMIT.toLocaleString("en")} characters at most.`),
);

const destinationId = z.uuid("This is not the id of a destination.");

/** Before its parts are looked at; lib/destinations/input.ts looks at all of them together. */
export const typedDestination = z.strictObject({
  name: z.string().max(10_000),
  kind: z.enum(DESTINATION_KINDS, "Choose a kind."),
  fields,
});

export const changedDestination = z.strictObject({ destinationId, name: destinationName, fields });
export type ChangedDestination = z.output<typeof changedDestination>;

export const knownDestination = z.strictObject({ destinationId });

/** What a test of a destination said it could and could not do. */
export type TestAnswer = Record<Capability, { ok: boolean; sentence: string }>;

/** What is kept of it: other versions of the program may have written it. */
export const testAnswer = z.record(z.enum(CAPABILITIES), z.object({ ok: z.boolean(), sentence: z.string() }));

export type DestinationView = {
  id: string;
  name: string;
  /** Null where only its name is known: nothing can be pushed there. */
  kind: DestinationKind | null;
  settings: Record<string, string>;
  hasCredentials: boolean;
  createdAt: Date;
  addedByLabel: string | null;
  tested: { at: Date; answer: TestAnswer } | null;
  /** Syncs that are not removed, and how many of them failed, wait, or cannot be removed or looked at. */
  syncs: { total: number; active: number; pending: number; failed: number; removing: number };
  /** The error that has been there the longest, and the certificate that it is of. */
  oldestError: { sentence: string; certificateId: string; name: string; since: Date } | null;
};

/** The values of a form's fields, apart: settings are kept as they are, credentials are sealed. */
export function splitFields(kind: DestinationKind, given: Record<string, string>) {
  const pick = (secret: boolean) =>
    Object.fromEntries(
      DESTINATION_FIELDS[kind]
        .filter((field) => field.secret === secret)
        .map((field) => [field.name, given[field.name]?.trim() ?? ""]),
    );
  return { settings: pick(false), credentials: pick(true) };
}
