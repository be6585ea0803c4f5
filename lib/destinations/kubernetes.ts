import "server-only";
import { z } from "zod";
import { DestinationError } from "@/lib/destinations/adapter";
import { optionalText } from "@/lib/destinations/address";
import { defineKind } from "@/lib/destinations/guard";
import { FIELD_LIMIT } from "@/lib/destinations/rules";

export const kubernetes = defineKind({
  settings: z.object({
    // A DNS label (RFC 1123), as Kubernetes wants it.
    namespace: z
      .string()
      .trim()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "Enter a namespace."),
  }),
  credentials: z.object({ kubeconfig: optionalText(FIELD_LIMIT) }),
  open: () => {
    throw new DestinationError("rejected", "Copies cannot be pushed there yet.");
  },
  explain: () => null,
});
