import "server-only";
import { z } from "zod";
import { DestinationError } from "@/lib/destinations/adapter";
import { defineKind } from "@/lib/destinations/guard";

/** Names below the root, each one plain: none begins with a dot, so none is "..". */
const relativePath = z
  .string()
  .trim()
  .max(500)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*){0,7}$/, "Enter plain names with / between them.");

export const files = defineKind({
  settings: z.object({ folder: relativePath, touch: relativePath.optional() }),
  credentials: z.object({}),
  open: () => {
    throw new DestinationError("rejected", "Copies cannot be pushed there yet.");
  },
  explain: () => null,
});
