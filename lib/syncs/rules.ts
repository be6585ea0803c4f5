/** Where a sync stands: the copy at the destination is wished, there, failing, being taken away, or gone. */
export const SYNC_STATES = ["pending", "active", "failed", "removing", "removed"] as const;
export type SyncState = (typeof SYNC_STATES)[number];

/** The state after which a destination is known to hold no copy any more. */
export const REMOVED_STATE = "removed" satisfies SyncState;

/** A sync is active while it is enabled and its last push did not end in removal. */
export function isActiveSync(sync: { enabled: boolean; state: SyncState }): boolean {
  return sync.enabled && sync.state !== REMOVED_STATE;
}
