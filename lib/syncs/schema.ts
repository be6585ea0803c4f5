import { z } from "zod";
import type { DestinationKind } from "@/lib/destinations/rules";
import { COPY_ENDS, type SyncState } from "@/lib/syncs/rules";

const certificateId = z.uuid("This is not the id of a certificate.");

export const newSync = z.strictObject({ certificateId, destinationId: z.uuid("Choose a destination.") });
export type NewSync = z.output<typeof newSync>;

export const knownSync = z.strictObject({ certificateId, syncId: z.uuid("This is not the id of a sync.") });
export type KnownSync = z.output<typeof knownSync>;

export const endedSync = knownSync.extend({ copy: z.enum(COPY_ENDS) });
export type EndedSync = z.output<typeof endedSync>;

export type SyncView = {
  id: string;
  destination: string;
  /** Null where only the destination's name is known. */
  kind: DestinationKind | null;
  enabled: boolean;
  state: SyncState;
  addedAt: Date;
  addedByLabel: string | null;
  remoteId: string | null;
  pushedAt: Date | null;
  checkedAt: Date | null;
  error: string | null;
  nextAttemptAt: Date | null;
  nextCheckAt: Date | null;
  removalWishedByLabel: string | null;
  /** Somebody is pushing, checking or removing at this moment. */
  isBusy: boolean;
};

/** A destination that a certificate may be copied to; `problem` says why not. */
export type DestinationChoice = { id: string; name: string; problem: string | null };
