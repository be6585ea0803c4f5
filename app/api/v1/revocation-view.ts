import { z } from "zod";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import type { RevocationOutcome } from "@/lib/revocation/commands";

export const revocation = z.object({
  outcome: z.enum(["revoked", "pending"]).meta({
    description: "pending: its CA has not confirmed it yet, and is asked again by itself, but for one that said no.",
  }),
  name: z.string(),
  detail: z.string().nullable().meta({ description: "Of a pending one: why its CA has not confirmed it." }),
});

export const REVOCATION_STATUSES = { 200: "It is revoked.", 202: "Its CA has not confirmed it yet." };

/** The answer of a call that wants a certificate revoked. @throws ApiRefusal where nothing was asked for */
export function revocationOf(outcome: RevocationOutcome): { value: z.input<typeof revocation>; status: number } {
  switch (outcome.kind) {
    case "revoked":
      return { value: { outcome: "revoked", name: outcome.name, detail: null }, status: 200 };
    case "pending":
      return { value: { outcome: "pending", name: outcome.name, detail: outcome.sentence }, status: 202 };
    case "refused":
      throw new ApiRefusal({ name: "not-revocable", detail: `${outcome.name}: ${outcome.sentence}` });
    case "unknown":
      throw new ApiRefusal(UNKNOWN);
  }
}
