import Link from "next/link";
import type { ReactNode } from "react";
import { RelativeTime } from "@/components/ui/relative-time";
import { Tag } from "@/components/ui/tag";
import { visibleText } from "@/lib/certificates/rules";
import { ENDPOINT_STATE_LABELS } from "@/lib/deployments/rules";
import type { EndpointView, Served } from "@/lib/deployments/schema";

const TONES = { serving: "busy", moved_on: "good", unreachable: "warning", never_checked: "warning" } as const;

/** What the last look at an endpoint found, when that was, and when the next one is. */
export function EndpointState({ endpoint, now, children }: { endpoint: EndpointView; now: Date; children: ReactNode }) {
  const { state, stateSince, checkedAt, nextCheckAt } = endpoint;
  return (
    <>
      <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1">
        <Tag tone={TONES[state]}>{ENDPOINT_STATE_LABELS[state]}</Tag>
        <span className="wrap-anywhere">{sentenceOf(endpoint)}</span>
        {children}
      </p>
      <p className="text-sm text-muted">
        {checkedAt === null ? (
          "It is looked at within a minute."
        ) : (
          <>
            Since <RelativeTime date={stateSince} now={now} />; last check <RelativeTime date={checkedAt} now={now} />,
            next check <RelativeTime date={nextCheckAt} now={now} />.
          </>
        )}
      </p>
    </>
  );
}

function sentenceOf({ state, problem, served }: EndpointView): ReactNode {
  switch (state) {
    case "serving":
      return "It serves this certificate.";
    case "moved_on":
      return served === null ? "It serves another certificate." : <ServedSentence served={served} />;
    case "unreachable":
      return `${problem ?? ""} Until it answers, the certificate stays.`;
    case "never_checked":
      return "Until it was looked at, the certificate stays.";
  }
}

function ServedSentence({ served: { fingerprint, certificate } }: { served: Served }) {
  if (certificate === null)
    return (
      <>
        It serves a certificate that is not in the inventory: SHA-256 <code>{fingerprint.slice(0, 16)}…</code>
      </>
    );
  return (
    <>
      It serves{" "}
      <Link href={`/certificates/${certificate.id}`} className="link">
        {visibleText(certificate.name)}
      </Link>{" "}
      now.
    </>
  );
}
