import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { AddPrivateKey } from "@/components/certificates/add-private-key";
import { CertificateChain } from "@/components/certificates/certificate-chain";
import { CertificateDetailsList } from "@/components/certificates/certificate-details";
import { CertificateDownloads } from "@/components/certificates/certificate-downloads";
import { CertificateHistory, historyEntryOf } from "@/components/certificates/certificate-history";
import { CertificatePem } from "@/components/certificates/certificate-pem";
import { standingFacts } from "@/components/certificates/certificate-standing";
import { CertificateStatus } from "@/components/certificates/certificate-status";
import { CertificateVerdict } from "@/components/certificates/certificate-verdict";
import { CheckRevocation } from "@/components/certificates/check-revocation";
import { DELETE_NEEDS_MEMBER, wayOut } from "@/components/certificates/deletable";
import { DeleteButton } from "@/components/certificates/delete-button";
import { RevocationSection } from "@/components/certificates/revocation-section";
import { InUse } from "@/components/deployments/in-use";
import { Issuance } from "@/components/orders/issuance";
import { RenewButton } from "@/components/orders/renew-button";
import { RemovedCertificate } from "@/components/removals/removed-certificate";
import { PendingNotice } from "@/components/revocation/pending-notice";
import { RevocationActions } from "@/components/revocation/revocation-actions";
import { Syncs } from "@/components/syncs/syncs";
import { HashFocus } from "@/components/ui/hash-focus";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { listEventsOf } from "@/lib/audit/queries";
import { admitToPage, whoIsThere } from "@/lib/auth/gate";
import { roleMay } from "@/lib/auth/rules";
import { readCertificate, readCertificateName } from "@/lib/certificates/detail";
import { SOURCE_LABELS, statusOf, visibleText } from "@/lib/certificates/rules";
import { listDeployments } from "@/lib/deployments/queries";
import { readIssuance } from "@/lib/orders/queries";
import { judge } from "@/lib/removal/commands";
import { readRemoval } from "@/lib/removal/queries";
import { eligibilityOf } from "@/lib/removal/rules";
import { isAskable } from "@/lib/revocation/check-rules";
import { readRevocationStanding } from "@/lib/revocation/check-standing";
import { readPendingRevocation } from "@/lib/revocation/queries";
import { actionsOf } from "@/lib/revocation/rules";
import { listChoices, listSyncs } from "@/lib/syncs/queries";
import { activeCopies } from "@/lib/syncs/rules";

/** Events that the history shows. */
const EVENTS_SHOWN = 100;

type CertificatePageProps = PageProps<"/certificates/[id]">;

export async function generateMetadata({ params }: CertificatePageProps): Promise<Metadata> {
  const scope = await whoIsThere(new Date());
  const id = z.uuid().safeParse((await params).id).data;
  const name = scope === null || id === undefined ? null : await readCertificateName(scope, id);
  return { title: name === null ? "Certificate" : visibleText(name) };
}

export default async function CertificatePage({ params, searchParams }: CertificatePageProps) {
  const now = new Date();
  const scope = await admitToPage("certificates:read", now);
  const id = z.uuid().safeParse((await params).id).data;
  if (id === undefined) notFound();
  // First: the page stays fresh for as long as a sync moves, so nothing else on it may be older than that.
  const syncs = await listSyncs(scope, id, now);
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
  const issuance = source === "issued" ? await readIssuance(scope, id) : null;
  const status = statusOf(certificate, now);
  const isPending = certificate.isRevocationPending && status !== "revoked";
  const pending = isPending ? await readPendingRevocation(scope, id, now) : null;
  const actions = actionsOf({ status, source, isPending, hasIssuer: certificate.hasIssuer });
  const synced = verdict.blockers.find(({ blocker }) => blocker === "synced");
  const allNames = (await searchParams).names === "all";
  const added = { key: "added", at: certificate.addedAt, by: certificate.addedByLabel, text: SOURCE_LABELS[source] };
  const isToldAsIssued = events.some(({ action }) => action === "certificate.issued");
  return (
    <>
      <HashFocus />
      <PageHeader
        title={<bdi>{visibleText(certificate.name)}</bdi>}
        actions={
          <>
            {actions.includes("renew") ? (
              <RenewButton certificateId={id} mayRenew={roleMay(scope.role, "certificates:issue")} />
            ) : null}
            <RevocationActions
              certificate={{ id, name: certificate.name, isUsed: deployments.total > 0, syncedTo: activeCopies(syncs) }}
              actions={actions}
              mayRevoke={roleMay(scope.role, "certificates:revoke")}
            />
            <DeleteButton
              certificate={{
                id,
                name: certificate.name,
                status,
                source,
                notAfter: certificate.notAfter.toISOString(),
                revokedAt: certificate.revokedAt?.toISOString() ?? null,
                hasPrivateKey: certificate.hasPrivateKey,
              }}
              isUsed={deployments.total > 0}
              reasons={
                roleMay(scope.role, "certificates:delete")
                  ? verdict.blockers.map((blocker) => blocker.sentence)
                  : [DELETE_NEEDS_MEMBER]
              }
              wayOut={
                roleMay(scope.role, "certificates:delete") && verdict.blockers.length > 0
                  ? wayOut(verdict.blockers, actions)
                  : null
              }
              now={now.toISOString()}
            />
          </>
        }
      >
        <CertificateStatus status={status} isRevocationPending={isPending} />
      </PageHeader>
      {pending === null ? null : <PendingNotice pending={pending} now={now} />}
      <Section
        title="Details"
        actions={
          certificate.hasPrivateKey || !roleMay(scope.role, "certificates:upload") ? null : (
            <AddPrivateKey certificateId={id} />
          )
        }
      >
        <CertificateDetailsList
          details={details}
          now={now}
          names={{ all: allNames, href: { pathname: `/certificates/${id}`, query: { names: "all" } } }}
          before={standingFacts({ ...certificate, status, isRevocationPending: isPending }, now)}
        />
      </Section>
      {issuance === null ? null : (
        <Issuance
          issuance={issuance}
          hasPrivateKey={certificate.hasPrivateKey}
          isCurrent={status !== "expired" && status !== "revoked"}
          mayManageIssuers={roleMay(scope.role, "issuers:manage")}
          now={now}
        />
      )}
      {actions.includes("check_revocation") || status === "revoked" ? (
        <RevocationSection
          {...(await readRevocationStanding(scope, { ...details, id }))}
          isAskable={isAskable(details)}
          actions={
            actions.includes("check_revocation") ? (
              <CheckRevocation
                certificate={{ id, name: certificate.name }}
                mayCheck={roleMay(scope.role, "certificates:revoke")}
                isAskable={isAskable(details)}
              />
            ) : null
          }
          now={now}
        />
      ) : null}
      <InUse
        certificateId={id}
        list={deployments}
        synced={synced?.sentence ?? null}
        mayWrite={roleMay(scope.role, "deployments:write")}
        now={now}
      >
        <Syncs
          certificateId={id}
          syncs={syncs}
          choices={roleMay(scope.role, "syncs:write") ? await listChoices(scope, certificate) : null}
          mayManageDestinations={roleMay(scope.role, "destinations:manage")}
          now={now}
        />
      </InUse>
      <CertificateHistory entries={isToldAsIssued ? history : [...history, added]} now={now} isCut={isCut}>
        <CertificateVerdict blockers={verdict.blockers} eligibility={eligibilityOf(certificate, now)} />
      </CertificateHistory>
      <CertificateChain details={details} />
      <CertificatePem
        pem={certificate.pem}
        downloads={
          <CertificateDownloads
            id={id}
            name={certificate.name}
            warning={isPending ? "pending" : status === "revoked" ? "revoked" : null}
          />
        }
      />
    </>
  );
}
