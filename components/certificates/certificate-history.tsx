import type { ReactNode } from "react";
import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import type { AuditEventView } from "@/lib/audit/rules";
import { visibleText } from "@/lib/certificates/rules";

export type HistoryEntry = { key: string; at: Date; by: string; text: ReactNode };

type CertificateHistoryProps = { entries: readonly HistoryEntry[]; now: Date; isCut: boolean; children?: ReactNode };

/** What happened to a certificate, newest first; `children` stands above it, `isCut` when older events are left out. */
export function CertificateHistory({ entries, now, isCut, children }: CertificateHistoryProps) {
  return (
    <Section title="History">
      {children}
      <ol className="mt-3 divide-y divide-line border-y border-line">
        {entries.map((entry) => (
          <li key={entry.key} className="grid gap-x-6 gap-y-0.5 py-2.5 wide:grid-cols-[minmax(0,1fr)_auto]">
            <div className="min-w-0">
              {entry.text} <span className="text-muted">by {visibleText(entry.by)}</span>
            </div>
            <RelativeTime date={entry.at} now={now} />
          </li>
        ))}
      </ol>
      {isCut ? <p className="mt-2 text-muted">Older events are kept, but not shown here.</p> : null}
    </Section>
  );
}

/** An audit event of a certificate as an entry of its history. */
export function historyEntryOf({ id, at, action, actorLabel, details }: AuditEventView): HistoryEntry {
  const use = visibleText(`${details.service ?? ""} at ${details.resource ?? ""}`);
  const place = visibleText(`${details.destination ?? ""}`);
  const texts: Partial<Record<typeof action, string>> = {
    "deployment.added": `Deployment added: ${use}`,
    "private_key.added": "Private key added",
    "deployment.removed": `Deployment removed: ${use}`,
    "sync.added": `Sync added to ${place}`,
    "sync.push_requested": `Push asked for to ${place}`,
    "sync.removal_requested": `Sync to ${place} removed: its copy goes too`,
    "sync.drifted": `The copy at ${place} was ${details.found === "absent" ? "gone" : "changed"}, and is pushed again`,
    "sync.removed": `The copy at ${place} is gone`,
    "certificate.issued": `Issued by ${visibleText(`${details.issuer ?? ""}`)}`,
    "certificate.renewed": "Renewed: another certificate has taken its place",
    "revocation.requested": "Revocation asked for",
    "revocation.retried": "Revocation tried again",
    "revocation.ended": "Revocation given up: it has expired",
    "certificate.revoked": details.origin === "ca" ? "Revoked by its CA" : "Revoked: its CA has confirmed it",
    "sync.left": `Sync to ${place} removed${leftCopy(details.remoteId)}`,
  };
  return { key: id, at, by: actorLabel, text: texts[action] ?? action };
}

/** What is still there, so that it can be found by whoever looks for it. */
function leftCopy(remoteId: AuditEventView["details"][string] | undefined): string {
  return typeof remoteId === "string" ? `: its copy stays there as ${visibleText(remoteId)}` : "";
}
