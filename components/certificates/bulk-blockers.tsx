import Link from "next/link";
import { blockerPlace } from "@/components/certificates/deletable";
import type { Selected } from "@/components/certificates/selection";
import { certificatesOf } from "@/components/certificates/selection-words";
import { overviewAddress } from "@/components/certificates/use-overview-address";
import { visibleText } from "@/lib/certificates/rules";
import type { ListFilter } from "@/lib/certificates/schema";
import { BLOCKERS, type Blocker, NAMES_SHOWN } from "@/lib/removal/rules";
import type { SelectionView } from "@/lib/removal/schema";

const WHY: Record<Blocker, string> = {
  still_valid: "issued and still valid: to be revoked first, or left until expiry",
  deployed: "deployed",
  synced: "with an active sync, to be removed first",
};

type Props = { weighed: SelectionView; selected: Selected; filter: ListFilter };

/** What of a selection stays and why, with the way to it: the certificates themselves, or the list of all others. */
export function BulkBlockers({ weighed, selected, filter }: Props) {
  const counts: Record<Blocker, number> = {
    still_valid: weighed.stillValid,
    deployed: weighed.deployed,
    synced: weighed.synced,
  };
  const stays = weighed.total - weighed.removable;
  if (stays === 0) return null;
  return (
    <div className="mt-3.5 border-y border-line py-3">
      <p className="font-medium">{stays === 1 ? "1 certificate stays:" : `${certificatesOf(stays)} stay:`}</p>
      <ul className="mt-1 grid gap-1 pl-4 [&>li]:list-disc">
        {BLOCKERS.filter((blocker) => counts[blocker] > 0).map((blocker) => (
          <li key={blocker} className="wrap-anywhere">
            {counts[blocker].toLocaleString("en")} {WHY[blocker]}
            <BlockedLinks selected={selected} blocker={blocker} />
          </li>
        ))}
      </ul>
      {selected.kind === "all" && weighed.removable > 0 ? (
        <p className="mt-1.5">
          <Link
            href={overviewAddress({ ...filter, deletable: "yes" })}
            prefetch={false}
            scroll={false}
            className="link"
          >
            Show only what may be deleted
          </Link>
        </p>
      ) : null}
    </div>
  );
}

function BlockedLinks({ selected, blocker }: { selected: Selected; blocker: Blocker }) {
  if (selected.kind === "all") return null;
  const blocked = [...selected.rows.values()].filter((row) => row.blockers[0]?.blocker === blocker);
  const rest = blocked.length - NAMES_SHOWN;
  return (
    <span className="block text-sm text-muted">
      {blocked.slice(0, NAMES_SHOWN).map((row, position) => (
        <span key={row.id}>
          {position === 0 ? null : ", "}
          <Link
            href={{ pathname: `/certificates/${row.id}`, hash: blockerPlace(row.blockers) }}
            prefetch={false}
            className="link"
          >
            <bdi>{visibleText(row.name)}</bdi>
          </Link>
        </span>
      ))}
      {rest > 0 ? ` and ${rest.toLocaleString("en")} more` : null}
    </span>
  );
}
