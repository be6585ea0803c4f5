import { Tag } from "@/components/ui/tag";
import { SYNC_STATE_LABELS, type SyncState } from "@/lib/syncs/rules";

const TONES = {
  pending: "busy",
  active: "good",
  failed: "bad",
  removing: "busy",
  removed: "neutral",
} as const satisfies Record<SyncState, string>;

/** The state of a sync as a word; one whose last attempt did not work out looks like it. */
export function SyncTag({ sync: { state, error } }: { sync: { state: SyncState; error: string | null } }) {
  return <Tag tone={error === null ? TONES[state] : "bad"}>{SYNC_STATE_LABELS[state]}</Tag>;
}
