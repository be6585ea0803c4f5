import "server-only";
import { z } from "zod";
import { DestinationError } from "@/lib/destinations/adapter";
import { optionalAddress, requiredAddress } from "@/lib/destinations/address";
import { defineKind } from "@/lib/destinations/guard";

export const keyVault = defineKind({
  settings: z.object({
    vaultUrl: requiredAddress,
    tenantId: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9.-]{1,100}$/, "Enter the tenant's ID."),
    clientId: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9-]{1,100}$/, "Enter the client's ID."),
    authorityHost: optionalAddress,
  }),
  credentials: z.object({ clientSecret: z.string().trim().min(1, "Enter the client secret.").max(1_000) }),
  open: () => {
    throw new DestinationError("rejected", "Copies cannot be pushed there yet.");
  },
  explain: () => null,
});
