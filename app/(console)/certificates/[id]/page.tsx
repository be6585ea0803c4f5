import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { CertificateChain } from "@/components/certificates/certificate-chain";
import { CertificateDetailsList } from "@/components/certificates/certificate-details";
import { CertificateHistory, historyEntryOf } from "@/components/certificates/certificate-history";
import { CertificatePem } from "@/components/certificates/certificate-pem";
import { CertificateVerdict } from "@/components/certificates/certificate-verdict";
import { DELETE_NEEDS_MEMBER } from "@/components/certificates/deletable";
import { DeleteButton } from "@/components/certificates/delete-button";
import { InUse } from "@/components/deployments/in-use";
import { RemovedCertificate } from "@/components/removals/removed-certificate";
import { DownloadLink } from "@/components/ui/download-link";
import { PageHeader } from "@/components/ui/page-header";
import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { StatusBadge } from "@/components/ui/status-badge";
import { listEventsOf } from "@/lib/audit/queries";
import { admitToPage } from "@/lib/auth/gate";
import { roleMay } from "@/lib/auth/rules";
import { readCertificate } from "@/lib/certificates/detail";
import { SOURCE_LABELS, STATUS_LABELS, statusOf, visibleText } from "@/lib/certificates/rules";
import { listDeployments } from "@/lib/deployments/queries";
import { judge } from "@/lib/removal/commands";
import { readRemoval } from "@/lib/removal/queries";
import { eligibilityOf } from "@/lib/removal/rules";

export const metadata: Metadata = { title: "Certificate" };

/** Events that the history shows. */
const EVENTS_SHOWN = 100;

type CertificatePageProps = PageProps<"/certificates/[id]">;

export default async function CertificatePage({ params, searchParams }: CertificatePageProps) {
  const now = new Date();
  const scope = await admitToPage("certificates:read", now);
  const id = z.uuid().safeParse((await params).id).data;
  if (id === undefined) notFound();
  const [certificate, deployments, events, verdict] = await Promise.all([
    readCertificate(scope, id),
    listDeployments(scope, id),
    listEventsOf(scope, id, EVENTS_SHOWN),
    judge(scope, { id, now }),
  ]);
  const history = events.map(historyEntryOf);
  const isCut = events.length === EVENTS_SHOWN;
  if (certificate === null || verdict === null) {
    const removal = await readRemoval(scope, id);
    if (removal === null) notFound();
    return <RemovedCertificate removal={removal} history={history} isCut={isCut} now={now} />;
  }

  const { details, source } = certificate;
  const status = statusOf(certificate, now);
  const allNames = (await searchParams).names === "all";
  const addedAt = <RelativeTime date={certificate.addedAt} now={now} />;
  const before = [
    { term: "Status", value: <StatusBadge status={status}>{STATUS_LABELS[status]}</StatusBadge> },
    ...(certificate.revokedAt === null
      ? []
      : [{ term: "Revoked", value: <RelativeTime date={certificate.revokedAt} now={now} /> }]),
    {
      term: "Source",
      value: SOURCE_LABELS[source],
      note: certificate.isSample ? "A sample to look around with" : null,
    },
    { term: "Added", value: addedAt, note: `by ${visibleText(certificate.addedByLabel)}` },
  ];
  const added = { key: "added", at: certificate.addedAt, by: certificate.addedByLabel, text: SOURCE_LABELS[source] };
  return (
    <>
      <PageHeader
        title={<bdi>{visibleText(certificate.name)}</bdi>}
        actions={
          <DeleteButton
            certificate={{
              id,
              name: certificate.name,
              status,
              source,
              notAfter: certificate.notAfter.toISOString(),
              revokedAt: certificate.revokedAt?.toISOString() ?? null,
            }}
            reasons={
              roleMay(scope.role, "certificates:delete")
                ? verdict.blockers.map((blocker) => blocker.sentence)
                : [DELETE_NEEDS_MEMBER]
            }
            now={now.toISOString()}
          />
        }
      >
        <StatusBadge status={status}>{STATUS_LABELS[status]}</StatusBadge>
      </PageHeader>
      <Section title="Details">
        <CertificateDetailsList
          details={details}
          now={now}
          names={{ all: allNames, href: { pathname: `/certificates/${id}`, query: { names: "all" } } }}
          before={before}
        />
      </Section>
      <InUse certificateId={id} list={deployments} mayWrite={roleMay(scope.role, "deployments:write")} now={now} />
      <CertificateHistory entries={[...history, added]} now={now} isCut={isCut}>
        <CertificateVerdict blockers={verdict.blockers} eligibility={eligibilityOf(certificate, now)} />
      </CertificateHistory>
      <CertificateChain details={details} />
      <CertificatePem
        pem={certificate.pem}
        downloads={
          <>
            <DownloadLink href={`/api/certificates/${id}/pem`}>Download PEM</DownloadLink>
            <DownloadLink href={`/api/certificates/${id}/der`}>Download DER</DownloadLink>
            <DownloadLink href={`/api/certificates/${id}/chain`}>Download chain</DownloadLink>
          </>
        }
      />
    </>
  );
}
