import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { BulkOutcomes } from "@/components/removals/bulk-outcomes";
import { BulkScreen } from "@/components/removals/bulk-screen";
import { OUTCOMES, outcomeCount } from "@/components/removals/bulk-words";
import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";
import { admitToPage } from "@/lib/auth/gate";
import { roleMay } from "@/lib/auth/rules";
import { listBulkCertificates, readBulk } from "@/lib/removal/bulk-queries";
import { BULK_OUTCOMES, type BulkOutcome, type BulkView } from "@/lib/removal/schema";

export const metadata: Metadata = { title: "Bulk deletion" };

const address = z.object({
  outcome: z.enum(BULK_OUTCOMES).nullable().catch(null),
  after: z.uuid().nullable().catch(null),
});

export default async function BulkDeletionPage({ params, searchParams }: PageProps<"/removals/bulk/[id]">) {
  const now = new Date();
  const scope = await admitToPage("removals:read", now);
  const id = z.uuid().safeParse((await params).id).data;
  const bulk = id === undefined ? null : await readBulk(scope, id, now);
  if (bulk === null) notFound();
  const { outcome: asked, after } = address.parse(await searchParams);
  const outcome = asked ?? outcomeToShow(bulk);
  // Its figures would lag behind the live ones above.
  const page = bulk.finishedAt === null ? null : await listBulkCertificates(scope, { id: bulk.id, outcome, after });
  const mayDelete = roleMay(scope.role, "certificates:delete");
  return (
    <>
      <PageHeader title="Bulk deletion" actions={<ButtonLink href="/removals/bulk">All bulk deletions</ButtonLink>} />
      <BulkScreen key={bulk.id} initial={bulk} mayDelete={mayDelete} />
      {page === null ? null : (
        <BulkOutcomes bulk={bulk} outcome={outcome} page={page} isFirst={after === null} mayDelete={mayDelete} />
      )}
    </>
  );
}

/** What needs looking at first: failures, else what was removed, else the first reason that kept anything. */
function outcomeToShow(bulk: BulkView): BulkOutcome {
  if (bulk.failed > 0) return "failed";
  return OUTCOMES.find(({ outcome }) => outcomeCount(bulk, outcome) > 0)?.outcome ?? "removed";
}
