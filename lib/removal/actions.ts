"use server";

import { AppError } from "@/lib/errors";
import { action } from "@/lib/http/action";
import { removeCertificate } from "@/lib/removal/commands";
import { type DeletionAnswer, deletion } from "@/lib/removal/schema";

/** Deletes one certificate, or says why not. An unknown id and another account's are the same. */
export const deleteCertificate = action(
  { can: "certificates:delete", input: deletion },
  async ({ scope, input, now }): Promise<DeletionAnswer> => {
    const outcome = await removeCertificate(scope, { id: input.id, now });
    switch (outcome.kind) {
      case "removed":
      case "gone":
        return { ...outcome, removedAt: outcome.removedAt.toISOString() };
      case "blocked":
        return outcome;
      case "unknown":
        throw new AppError("not_found", "There is no such certificate any more. Reload the page.");
    }
  },
);
