import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { CertificateChain } from "@/components/certificates/certificate-chain";
import { CertificateDetailsList } from "@/components/certificates/certificate-details";
import { CertificatePem } from "@/components/certificates/certificate-pem";
import { RemovalFacts } from "@/components/removals/removal-facts";
import { ButtonLink } from "@/components/ui/button-link";
import { DownloadLink } from "@/components/ui/download-link";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { admitToPage } from "@/lib/auth/gate";
import { roleMay } from "@/lib/auth/rules";
import { findByFingerprint } from "@/lib/certificates/identity";
import { visibleText } from "@/lib/certificates/rules";
import { readRemoval } from "@/lib/removal/queries";

export const metadata: Metadata = { title: "Removal" };

export default async function RemovalPage({ params, searchParams }: PageProps<"/removals/[id]">) {
  const now = new Date();
  const scope = await admitToPage("removals:read", now);
  const id = z.uuid().safeParse((await params).id).data;
  const removal = id === undefined ? null : await readRemoval(scope, id);
  if (removal === null) notFound();
  const movedOnTo = removal.evidence.movedOn?.map(({ servedFingerprint }) => servedFingerprint) ?? [];
  const successors = await findByFingerprint(scope, movedOnTo);
  const allNames = (await searchParams).names === "all";
  const names = { all: allNames, href: { pathname: `/removals/${removal.id}`, query: { names: "all" } } };
  return (
    <>
      <PageHeader
        title={<bdi>{visibleText(removal.name)}</bdi>}
        actions={<ButtonLink href="/removals">All removals</ButtonLink>}
      >
        Removed certificate
      </PageHeader>
      <RemovalFacts
        removal={removal}
        successors={successors}
        now={now}
        seesRuns={roleMay(scope.role, "cleanup:manage")}
      />
      <Section title="Details">
        <CertificateDetailsList details={removal.details} now={now} names={names} />
      </Section>
      <CertificateChain details={removal.details} />
      <CertificatePem
        pem={removal.pem}
        downloads={<DownloadLink href={`/api/removals/${removal.id}/pem`}>Download PEM</DownloadLink>}
      />
    </>
  );
}
