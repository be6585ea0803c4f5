import Link from "next/link";
import { Sub } from "@/components/ui/table";
import { Tag } from "@/components/ui/tag";
import { visibleText } from "@/lib/certificates/rules";
import { formatDateTimeUtc, formatRelative } from "@/lib/dates/rules";
import { CAPABILITIES } from "@/lib/destinations/rules";
import type { DestinationView } from "@/lib/destinations/schema";
import { SYNC_STATE_LABELS } from "@/lib/syncs/rules";

/** "12 active, 1 pending", and how many of them do not work out. */
export function SyncCounts({ syncs }: Pick<DestinationView, "syncs">) {
  if (syncs.total === 0) return <span className="text-faint">No syncs</span>;
  const states = (["active", "pending", "failed", "removing"] as const).filter((state) => syncs[state] > 0);
  const words = states.map((state) => `${syncs[state].toLocaleString("en")} ${SYNC_STATE_LABELS[state].toLowerCase()}`);
  return <span className={syncs.failed > 0 ? "text-danger" : undefined}>{words.join(", ")}</span>;
}

/** The error that has been there the longest, with the certificate that it is of. */
export function OldestError({ error, now }: { error: DestinationView["oldestError"]; now: Date }) {
  if (error === null) return null;
  return (
    <Sub>
      {" "}
      <Link
        href={{ pathname: `/certificates/${error.certificateId}`, hash: "in-use" }}
        prefetch={false}
        className="link wrap-anywhere"
      >
        {visibleText(error.name)}
      </Link>{" "}
      <span className="wrap-anywhere">{visibleText(error.sentence)}</span>{" "}
      <time dateTime={error.since.toISOString()} title={formatDateTimeUtc(error.since)}>
        Last well {formatRelative(error.since, now)}.
      </time>
    </Sub>
  );
}

/** How the last test went. */
export function TestTag({ tested, now }: Pick<DestinationView, "tested"> & { now: Date }) {
  if (tested === null) return <span className="text-faint">Not tested yet</span>;
  const passed = CAPABILITIES.filter((capability) => tested.answer[capability].ok);
  const isFine = passed.length === CAPABILITIES.length;
  return (
    <time dateTime={tested.at.toISOString()} title={formatDateTimeUtc(tested.at)}>
      <Tag tone={isFine ? "good" : "bad"}>{isFine ? "Passed" : "Failed"}</Tag>
      <Sub> {formatRelative(tested.at, now)}</Sub>
    </time>
  );
}
