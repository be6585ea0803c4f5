import type { Metadata } from "next";
import { AddAcmeIssuer } from "@/components/issuers/add-acme-issuer";
import { AddPrivateCa } from "@/components/issuers/add-private-ca";
import { IssuersEmpty } from "@/components/issuers/issuers-empty";
import { IssuersTable } from "@/components/issuers/issuers-table";
import { PageHeader } from "@/components/ui/page-header";
import { admitToPage } from "@/lib/auth/gate";
import { listIssuers } from "@/lib/issuers/queries";

export const metadata: Metadata = { title: "Issuers" };

export default async function IssuersPage() {
  const now = new Date();
  const scope = await admitToPage("issuers:manage", now);
  const issuers = await listIssuers(scope);
  return (
    <>
      <PageHeader
        title="Issuers"
        actions={
          <>
            <AddAcmeIssuer />
            <AddPrivateCa />
          </>
        }
      >
        CAs that Certsweep has certificates issued and revoked by.
      </PageHeader>
      {issuers.length === 0 ? <IssuersEmpty /> : <IssuersTable issuers={issuers} now={now} />}
    </>
  );
}
