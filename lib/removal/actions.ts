"use server";

import { AppError } from "@/lib/errors";
import { action } from "@/lib/http/action";
import { deleteSelected, requestBulkStop, retryFailed } from "@/lib/removal/bulk";
import { removeCertificate } from "@/lib/removal/commands";
import { bulkDeletionInput, bulkInput, type DeletionAnswer, deletion } from "@/lib/removal/schema";

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

/** Deletes what may go of the certificates selected; above a hundred by a job. */
export const deleteCertificates = action(
  { can: "certificates:delete", input: bulkDeletionInput },
  ({ scope, input, now }) => deleteSelected(scope, { selection: input.selection, now }),
);

export const stopBulkDeletion = action(
  { can: "certificates:delete", input: bulkInput },
  async ({ scope, input, now }) => {
    await requestBulkStop(scope, { bulkDeletionId: input.bulkDeletionId, now });
    return null;
  },
);

/** Tries again to delete what a bulk deletion could not because of an error. */
export const retryBulkDeletion = action({ can: "certificates:delete", input: bulkInput }, ({ scope, input, now }) =>
  retryFailed(scope, { bulkDeletionId: input.bulkDeletionId, now }),
);
