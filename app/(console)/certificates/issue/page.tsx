import type { Metadata } from "next";
import { IssueForm } from "@/components/orders/issue-form";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { admitToPage } from "@/lib/auth/gate";
import { roleMay } from "@/lib/auth/rules";
import { listIssuerChoices } from "@/lib/issuers/queries";

export const metadata: Metadata = { title: "Issue certificate" };

export default async function IssuePage() {
  const now = new Date();
  const scope = await admitToPage("certificates:issue", now);
  const [first, ...others] = await listIssuerChoices(scope, now);
  const mayManage = roleMay(scope.role, "issuers:manage");
  return (
    <>
      <PageHeader title="Issue certificate" actions={<ButtonLink href="/certificates/orders">Orders</ButtonLink>}>
        A new certificate of one of your issuers. It enters the inventory when it is there.
      </PageHeader>
      {first === undefined ? (
        <EmptyState
          title="No issuer is in use"
          action={mayManage ? <ButtonLink href="/settings/issuers">Issuers</ButtonLink> : undefined}
        >
          {mayManage
            ? "Add an ACME issuer or a private CA first, or bring back one that is retired."
            : "A product admin can add one under Settings → Issuers."}
        </EmptyState>
      ) : (
        <div className="max-w-2xl">
          <IssueForm issuers={[first, ...others]} />
        </div>
      )}
    </>
  );
}
