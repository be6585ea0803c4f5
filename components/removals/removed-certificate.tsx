import { CertificateHistory, type HistoryEntry } from "@/components/certificates/certificate-history";
import { ButtonLink } from "@/components/ui/button-link";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { RelativeTime } from "@/components/ui/relative-time";
import { visibleText } from "@/lib/certificates/rules";
import type { RemovalRecord } from "@/lib/removal/schema";

type RemovedCertificateProps = {
  removal: RemovalRecord;
  history: readonly HistoryEntry[];
  isCut: boolean;
  now: Date;
};

/** Stands at the address of a certificate that has been removed. */
export function RemovedCertificate({ removal, history, isCut, now }: RemovedCertificateProps) {
  const { id, actorLabel, removedAt, reason } = removal;
  const gone = { key: "removed", at: removedAt, by: actorLabel, text: `Removed. ${reason}.` };
  const { source, addedAt, addedByLabel } = removal.evidence;
  const text = source === "issued" ? "Issued" : "Uploaded";
  const added = { key: "added", at: new Date(addedAt), by: addedByLabel, text };
  return (
    <>
      <PageHeader title={<bdi>{visibleText(removal.name)}</bdi>} />
      <Notice
        title="This certificate was removed."
        action={<ButtonLink href={{ pathname: `/removals/${id}` }}>Removal record</ButtonLink>}
      >
        By {visibleText(actorLabel)}, <RelativeTime date={removedAt} now={now} />. {reason}.
      </Notice>
      <div className="mt-7">
        <CertificateHistory entries={[gone, ...history, added]} now={now} isCut={isCut} />
      </div>
    </>
  );
}
