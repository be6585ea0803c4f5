import type { ReactNode } from "react";
import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";
import { listNames } from "@/lib/removal/rules";

/** What stands where a page would that the person may not see: who can, and whom to ask. */
export function ForbiddenPage({ admins, children }: { admins: string[]; children: ReactNode }) {
  return (
    <>
      <PageHeader title="You cannot open this page">
        <p>{children}</p>
      </PageHeader>
      {admins.length === 0 ? null : <p className="mb-4">Ask {listNames(admins)}.</p>}
      <ButtonLink href="/">Go to the Overview</ButtonLink>
    </>
  );
}
