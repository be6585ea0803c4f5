import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { SyncCounts } from "@/components/destinations/destination-health";
import { kindLabelOf } from "@/components/destinations/destinations-table";
import { EditDestination } from "@/components/destinations/edit-destination";
import { SyncsTable } from "@/components/destinations/syncs-table";
import { TestAnswerList } from "@/components/destinations/test-answer-list";
import { TestDestination } from "@/components/destinations/test-destination";
import { ButtonLink } from "@/components/ui/button-link";
import { HashFocus } from "@/components/ui/hash-focus";
import { PageHeader } from "@/components/ui/page-header";
import { Pager } from "@/components/ui/pager";
import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { admitToPage } from "@/lib/auth/gate";
import { readCertificateNames } from "@/lib/certificates/detail";
import { visibleText } from "@/lib/certificates/rules";
import { readDestination } from "@/lib/destinations/queries";
import { idPosition } from "@/lib/paging/schema";
import { pageSyncsOf } from "@/lib/syncs/queries";

export const metadata: Metadata = { title: "Destination" };

export default async function DestinationPage({ params, searchParams }: PageProps<"/settings/destinations/[id]">) {
  const now = new Date();
  const scope = await admitToPage("destinations:manage", now);
  const id = z.uuid().safeParse((await params).id).data;
  const destination = id === undefined ? null : await readDestination(scope, id);
  if (destination === null) notFound();
  const { name, kind, settings, syncs, tested } = destination;
  const { rows, previous, next } = await pageSyncsOf(scope, destination.id, idPosition.parse(await searchParams));
  const names = await readCertificateNames(
    scope,
    rows.map((row) => row.certificateId),
  );
  const pageAt = (place: string | null, side: "after" | "before") =>
    place === null
      ? null
      : { pathname: `/settings/destinations/${destination.id}`, query: { [side]: place }, hash: "syncs" };
  return (
    <>
      <HashFocus />
      <PageHeader
        title={<bdi>{visibleText(name)}</bdi>}
        actions={
          <>
            <TestDestination id={destination.id} name={name} isKnown={kind !== null} />
            <EditDestination id={destination.id} name={name} kind={kind} settings={settings} />
            <ButtonLink href="/settings/destinations">All destinations</ButtonLink>
          </>
        }
      >
        {kindLabelOf(destination)}
      </PageHeader>
      <Section title="Last test">
        {tested === null ? (
          <p className="text-muted">It was not tested yet, or was changed since.</p>
        ) : (
          <>
            <p className="text-muted">
              <RelativeTime date={tested.at} now={now} />
            </p>
            <TestAnswerList answer={tested.answer} />
          </>
        )}
      </Section>
      <Section title="Syncs" description={<SyncCounts syncs={syncs} />}>
        {rows.length === 0 ? null : (
          <>
            <SyncsTable rows={rows.map((row) => ({ ...row, name: names.get(row.certificateId) ?? "" }))} now={now} />
            <Pager
              summary={rows.length === 1 ? "1 sync" : `${rows.length} syncs`}
              previous={pageAt(previous, "before")}
              next={pageAt(next, "after")}
            />
          </>
        )}
      </Section>
    </>
  );
}
