import { z } from "zod";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { readBulk } from "@/lib/removal/bulk-queries";
import { BULK_CHOSEN_MAX, BULK_STATUSES } from "@/lib/removal/rules";
import type { BulkView, Selection } from "@/lib/removal/schema";
import { moment } from "./certificate-view";
import { filterBody, filterOf } from "./filter";

const filter = filterBody.refine(
  (given) => Object.values(given).some((value) => value !== undefined),
  "An empty filter means everything. Send “all”: true instead, if that is meant.",
);

/** Which certificates are meant. Everything has to be said: it must not come about by a condition that was forgotten. */
export const selectionBody = z
  .strictObject({
    ids: z.array(z.uuid()).min(1).max(BULK_CHOSEN_MAX).optional(),
    filter: filter.optional().meta({ description: "All that match at the moment of the call." }),
    all: z.literal(true).optional().meta({ description: "Every certificate of the account." }),
  })
  .refine(
    (given) => Object.values(given).filter((value) => value !== undefined).length === 1,
    "Send one of “ids”, “filter” and “all”.",
  );

export function selectionOf({ ids, filter: narrowed = {} }: z.output<typeof selectionBody>): Selection {
  return ids === undefined ? { kind: "filter", filter: filterOf(narrowed) } : { kind: "chosen", ids };
}

const skipped = z
  .object({ still_valid: z.int(), deployed: z.int(), synced: z.int(), gone: z.int() })
  .meta({ description: "By the first reason; gone: somebody else removed it meanwhile." });

export const bulkDeletion = z
  .object({
    id: z.uuid(),
    status: z.enum(BULK_STATUSES),
    selection: z.object({ kind: z.enum(["ids", "filter", "all", "retry"]), filter: filterBody.nullable() }),
    retry_of: z.uuid().nullable(),
    requested_at: moment,
    requested_by: z.string(),
    started_at: moment.nullable(),
    finished_at: moment.nullable().meta({ description: "Null while it goes on." }),
    stop_requested_by: z.string().nullable(),
    total: z.int(),
    removed: z.int(),
    skipped,
    failed: z.int(),
    error: z.string().nullable(),
  })
  .meta({ id: "BulkDeletion" });

export function bulkDeletionOf(view: BulkView): z.input<typeof bulkDeletion> {
  return {
    id: view.id,
    status: view.status,
    selection: toldOf(view.selection),
    retry_of: view.retryOfId,
    requested_at: view.requestedAt,
    requested_by: view.requestedByLabel,
    started_at: view.startedAt,
    finished_at: view.finishedAt,
    stop_requested_by: view.stopRequestedByLabel,
    total: view.total,
    removed: view.removed,
    skipped: view.skipped,
    failed: view.failed,
    error: view.error,
  };
}

function toldOf(kept: BulkView["selection"]): z.input<typeof bulkDeletion>["selection"] {
  switch (kept.kind) {
    case "chosen":
      return { kind: "ids", filter: null };
    case "retry":
      return { kind: "retry", filter: null };
    case "filter": {
      const { deletable, ...narrowed } = kept.filter;
      const told = { ...narrowed, ...(deletable === undefined ? {} : { may_be_deleted: true as const }) };
      return Object.keys(told).length === 0 ? { kind: "all", filter: null } : { kind: "filter", filter: told };
    }
  }
}

type Scope = Parameters<typeof readBulk>[0];

/** Refused as unknown when the account has none with this id. */
export async function readBulkDeletion(scope: Scope, id: string, now: Date): Promise<BulkView> {
  const view = await readBulk(scope, id, now);
  if (view === null) throw new ApiRefusal(UNKNOWN);
  return view;
}
