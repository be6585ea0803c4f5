import Link from "next/link";
import { Card } from "@/components/ui/card";
import { Code } from "@/components/ui/code-block";
import { FactList } from "@/components/ui/facts";
import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { StatusBadge } from "@/components/ui/status-badge";
import { STATUS_LABELS, visibleText } from "@/lib/certificates/rules";
import { formatDateTimeUtc } from "@/lib/dates/rules";
import type { ActorKind } from "@/lib/removal/rules";
import type { MovedOnEvidence, RemovalRecord } from "@/lib/removal/schema";

const ACTOR_KINDS: Record<ActorKind, string> = {
  user: "A person, by hand",
  cleanup: "Certificate Cleanup, by itself",
  token: "A program, with an API token",
};

type RemovalFactsProps = {
  removal: RemovalRecord;
  now: Date;
  /** The certificates of the inventory among those that endpoints had moved on to, by fingerprint. */
  successors: ReadonlyMap<string, { id: string; name: string }>;
  /** Whether whoever looks may open the page of a cleanup run. */
  seesRuns: boolean;
};

/** What the record of a removal says: when, by whom, why, and what was looked at. */
export function RemovalFacts({ removal, successors, now, seesRuns }: RemovalFactsProps) {
  const { evidence, runId, bulkDeletionId } = removal;
  const { retentionDays, detachedSyncs, revokedAt, movedOn = [] } = evidence;
  return (
    <Section title="Removal">
      <Card>
        <FactList
          facts={[
            { term: "Removed", value: <RelativeTime date={removal.removedAt} now={now} /> },
            { term: "By", value: visibleText(removal.actorLabel), note: ACTOR_KINDS[removal.actorKind] },
            { term: "Why", value: removal.reason },
            {
              term: "Status then",
              value: <StatusBadge status={removal.status}>{STATUS_LABELS[removal.status]}</StatusBadge>,
            },
            ...(revokedAt === null
              ? []
              : [{ term: "Revoked", value: <RelativeTime date={new Date(revokedAt)} now={now} /> }]),
            { term: "Source", value: evidence.source === "issued" ? "Issued" : "Uploaded" },
            {
              term: "Added",
              value: <RelativeTime date={new Date(evidence.addedAt)} now={now} />,
              note: `by ${visibleText(evidence.addedByLabel)}`,
            },
            ...(bulkDeletionId === null ? [] : [{ term: "Bulk deletion", value: <BulkLink id={bulkDeletionId} /> }]),
            ...(detachedSyncs.length === 0
              ? []
              : [{ term: "Syncs that went with it", value: detachedSyncs.map(visibleText).join(", ") }]),
            ...(movedOn.length === 0
              ? []
              : [
                  {
                    term: "Endpoints that had moved on",
                    value: <MovedOn evidence={movedOn} successors={successors} />,
                  },
                ]),
            ...(runId === null
              ? []
              : [
                  {
                    term: "Cleanup run",
                    value: seesRuns ? <RunLink runId={runId} /> : <Code>{runId}</Code>,
                    note: retentionNote(retentionDays),
                  },
                ]),
          ]}
        />
      </Card>
    </Section>
  );
}

type MovedOnProps = { evidence: readonly MovedOnEvidence[]; successors: RemovalFactsProps["successors"] };

/** The endpoints that used to serve the certificate, what each served instead, and when that was seen. */
function MovedOn({ evidence, successors }: MovedOnProps) {
  return (
    <ul className="grid gap-1">
      {evidence.map(({ service, resource, servedFingerprint, checkedAt }) => {
        const successor = successors.get(servedFingerprint);
        return (
          <li key={`${service} ${resource}`} className="wrap-anywhere">
            {visibleText(`${service} ${resource}`)} served{" "}
            {successor === undefined ? (
              <>
                another certificate, SHA-256 <Code>{servedFingerprint}</Code>
              </>
            ) : (
              <Link href={{ pathname: `/certificates/${successor.id}` }} prefetch={false} className="link">
                {visibleText(successor.name)}
              </Link>
            )}
            <span className="text-muted">, checked {formatDateTimeUtc(new Date(checkedAt))}</span>
          </li>
        );
      })}
    </ul>
  );
}

function RunLink({ runId }: { runId: string }) {
  return (
    <Link href={{ pathname: `/settings/cleanup/runs/${runId}` }} prefetch={false} className="link">
      <Code>{runId}</Code>
    </Link>
  );
}

function BulkLink({ id }: { id: string }) {
  return (
    <Link href={{ pathname: `/removals/bulk/${id}` }} prefetch={false} className="link">
      What else was deleted with it
    </Link>
  );
}

function retentionNote(retentionDays: number | null): string | null {
  if (retentionDays === null) return null;
  return `Set to ${retentionDays} ${retentionDays === 1 ? "day" : "days"} after expiration`;
}
