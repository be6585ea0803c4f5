import type { Metadata } from "next";
import { z } from "zod";
import { BulkTable } from "@/components/removals/bulk-table";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { admitToPage } from "@/lib/auth/gate";
import { listBulkDeletions } from "@/lib/removal/bulk-queries";

export const metadata: Metadata = { title: "Bulk deletions" };

const address = z.object({ after: z.uuid().nullable().catch(null) });

export default async function BulkDeletionsPage({ searchParams }: PageProps<"/removals/bulk">) {
  const now = new Date();
  const scope = await admitToPage("removals:read", now);
  const { after } = address.parse(await searchParams);
  const { rows, next } = await listBulkDeletions(scope, { after, now });
  return (
    <>
      <PageHeader title="Bulk deletions" actions={<ButtonLink href="/removals">All removals</ButtonLink>}>
        Several certificates that somebody deleted at once
      </PageHeader>
      {rows.length === 0 ? (
        <EmptyState
          title={after === null ? "No bulk deletion yet" : "There is nothing on this page"}
          action={
            <ButtonLink href={after === null ? "/" : "/removals/bulk"}>
              {after === null ? "Go to the Overview" : "First page"}
            </ButtonLink>
          }
        >
          Select certificates on the Overview to delete several at once. What came of it is kept here.
        </EmptyState>
      ) : (
        <>
          <BulkTable rows={rows} />
          {after === null && next === null ? null : (
            <nav aria-label="Pages" className="flex justify-end gap-2 pt-3">
              {after === null ? null : <ButtonLink href="/removals/bulk">First page</ButtonLink>}
              {next === null ? null : (
                <ButtonLink href={{ pathname: "/removals/bulk", query: { after: next } }} rel="next" prefetch={false}>
                  Next
                </ButtonLink>
              )}
            </nav>
          )}
        </>
      )}
    </>
  );
}
