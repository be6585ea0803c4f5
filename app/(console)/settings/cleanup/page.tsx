import type { Metadata } from "next";
import { CleanupScreen } from "@/components/cleanup/cleanup-screen";
import { PageHeader } from "@/components/ui/page-header";
import { admitToPage } from "@/lib/auth/gate";
import { readCleanup } from "@/lib/cleanup/queries";

export const metadata: Metadata = { title: "Certificate Cleanup" };

export default async function CleanupPage() {
  const now = new Date();
  const scope = await admitToPage("cleanup:manage", now);
  return (
    <>
      <PageHeader title="Certificate Cleanup">
        Every night, remove certificates that expired long enough ago and that nothing uses.
      </PageHeader>
      <CleanupScreen initial={await readCleanup(scope, now)} />
    </>
  );
}
