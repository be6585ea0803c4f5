"use server";

import { action } from "@/lib/http/action";
import { createToken, revokeToken } from "@/lib/tokens/commands";
import { knownToken, tokenInput } from "@/lib/tokens/schema";

/** Answers with the token, which is shown this once. */
export const createApiToken = action({ can: "tokens:own", input: tokenInput }, async ({ scope, input, now }) => {
  const { token, expiresAt } = await createToken(scope, { ...input, now });
  return { token, expiresAt: expiresAt.toISOString() };
});

export const revokeApiToken = action({ can: "tokens:own", input: knownToken }, ({ scope, input, now }) =>
  revokeToken(scope, { ...input, now }),
);
