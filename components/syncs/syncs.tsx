import { visibleText } from "@/lib/certificates/rules";
import { isMovingSync } from "@/lib/syncs/rules";
import type { DestinationChoice, SyncView } from "@/lib/syncs/schema";
import { AddSync } from "./add-sync";
import { KeepFresh } from "./keep-fresh";
import { RemoveSync } from "./remove-sync";
import { SyncButtons } from "./sync-buttons";
import { SyncTag } from "./sync-tag";
import { SyncTimes } from "./sync-times";

type SyncsProps = {
  certificateId: string;
  syncs: readonly SyncView[];
  /** Where it could be synced to; null for who may not. */
  choices: readonly DestinationChoice[] | null;
  mayManageDestinations: boolean;
  now: Date;
};

/** The copies that are kept of a certificate at destinations; whoever may, adds, pushes, checks and removes them. */
export function Syncs({ certificateId, syncs, choices, mayManageDestinations, now }: SyncsProps) {
  if (syncs.length === 0 && choices === null) return null;
  return (
    <div className="mt-5">
      <div className="mb-2 flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div>
          <h3 className="text-[0.8125rem] font-semibold">Syncs</h3>
          <p className="mt-0.5 text-muted">
            {syncs.length === 0 ? "No copy of it is kept at a destination." : "Copies that are kept at destinations."}
          </p>
        </div>
        {choices === null ? null : (
          <AddSync certificateId={certificateId} choices={choices} mayManageDestinations={mayManageDestinations} />
        )}
      </div>
      {syncs.length === 0 ? null : (
        <ul aria-label="Syncs" className="divide-y divide-line border-y border-line">
          {syncs.map((sync) => (
            <li
              key={sync.id}
              className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1 py-2.5 max-wide:flex-col"
            >
              <div className="min-w-0 wide:flex-1 wide:basis-80">
                <span className="font-medium wrap-anywhere">{visibleText(sync.destination)}</span>{" "}
                <SyncTag sync={sync} />
                {sync.error === null ? null : <p className="text-danger wrap-anywhere">{visibleText(sync.error)}</p>}
                <SyncTimes sync={sync} now={now} />
              </div>
              {choices === null ? null : (
                <div className="flex flex-wrap items-start max-wide:-ml-2 wide:justify-end">
                  <SyncButtons
                    certificateId={certificateId}
                    syncId={sync.id}
                    destination={visibleText(sync.destination)}
                    state={sync.state}
                    problem={problemOf(sync)}
                  />
                  <RemoveSync
                    certificateId={certificateId}
                    syncId={sync.id}
                    destination={visibleText(sync.destination)}
                    state={sync.state}
                    isReachable={sync.enabled && sync.kind !== null}
                  />
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      <KeepFresh
        isBusy={syncs.some((sync) => isMovingSync(sync, now))}
        said={syncs.map(({ destination, state }) => ({ destination: visibleText(destination), state }))}
      />
    </div>
  );
}

/** Why nothing can be pushed or checked now; null where it can. */
function problemOf({ kind, enabled, isBusy }: SyncView): string | null {
  if (kind === null) return "Certsweep knows no more of it than its name.";
  if (!enabled) return "This sync is switched off.";
  return isBusy ? "It is being asked right now." : null;
}
