import { newId } from "@/lib/ids";
import { addDestination } from "./destinations";
import type { ActionRow } from "./permission-table";
import { makeExpired, makeSync } from "./permission-things";

/** The rows of the syncs of a certificate. */
export const SYNC_ACTIONS: Record<string, ActionRow> = {
  "lib/syncs/actions.ts#addSyncAction": {
    may: "member",
    names: "things",
    input: async ({ accountId }) => ({
      certificateId: await makeExpired(accountId),
      destinationId: await addDestination(accountId),
    }),
    unknown: () => ({ certificateId: newId(), destinationId: newId() }),
  },
  "lib/syncs/actions.ts#pushSyncAction": {
    may: "member",
    names: "things",
    input: async ({ accountId }) => makeSync(accountId),
    unknown: () => ({ certificateId: newId(), syncId: newId() }),
  },
  "lib/syncs/actions.ts#checkSyncAction": {
    may: "member",
    names: "things",
    input: async ({ accountId }) => makeSync(accountId),
    unknown: () => ({ certificateId: newId(), syncId: newId() }),
  },
  "lib/syncs/actions.ts#endSyncAction": {
    may: "member",
    names: "things",
    input: async ({ accountId }) => ({ ...(await makeSync(accountId)), copy: "leave" }),
    unknown: () => ({ certificateId: newId(), syncId: newId(), copy: "leave" }),
  },
};
