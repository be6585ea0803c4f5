import "server-only";
import { z } from "zod";
import { DestinationError } from "@/lib/destinations/adapter";
import { optionalAddress } from "@/lib/destinations/address";
import { defineKind } from "@/lib/destinations/guard";

export const cloudflare = defineKind({
  settings: z.object({
    accountId: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9-]{1,64}$/, "Enter the account's ID."),
    baseUrl: optionalAddress,
  }),
  credentials: z.object({ apiToken: z.string().trim().min(1, "Enter the API token.").max(1_000) }),
  open: () => {
    throw new DestinationError("rejected", "Copies cannot be pushed there yet.");
  },
  explain: () => null,
});
