import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { AuthorityList } from "@/components/issuers/authority-list";
import { EditIssuer } from "@/components/issuers/edit-issuer";
import { IssuerFacts } from "@/components/issuers/issuer-facts";
import { RetireIssuer } from "@/components/issuers/retire-issuer";
import { OrdersTable } from "@/components/orders/orders-table";
import { ButtonLink } from "@/components/ui/button-link";
import { HashFocus } from "@/components/ui/hash-focus";
import { PageHeader } from "@/components/ui/page-header";
import { Pager } from "@/components/ui/pager";
import { Section } from "@/components/ui/section";
import { admitToPage } from "@/lib/auth/gate";
import { visibleText } from "@/lib/certificates/rules";
import { listAuthorities, readIssuer } from "@/lib/issuers/queries";
import { ISSUER_KIND_LABELS } from "@/lib/issuers/rules";
import { pageOrders } from "@/lib/orders/queries";
import { idPosition } from "@/lib/paging/schema";

export const metadata: Metadata = { title: "Issuer" };

export default async function IssuerPage({ params, searchParams }: PageProps<"/settings/issuers/[id]">) {
  const now = new Date();
  const scope = await admitToPage("issuers:manage", now);
  const id = z.uuid().safeParse((await params).id).data;
  const issuer = id === undefined ? null : await readIssuer(scope, id);
  if (issuer === null) notFound();
  const [authorities, { rows, previous, next }] = await Promise.all([
    listAuthorities(scope, issuer.id),
    pageOrders(scope, { show: "all", issuerId: issuer.id }, idPosition.parse(await searchParams)),
  ]);
  const pageAt = (place: string | null, side: "after" | "before") =>
    place === null ? null : { pathname: `/settings/issuers/${issuer.id}`, query: { [side]: place }, hash: "orders" };
  return (
    <>
      <HashFocus />
      <PageHeader
        title={<bdi>{visibleText(issuer.name)}</bdi>}
        actions={
          <>
            <EditIssuer
              id={issuer.id}
              name={issuer.name}
              renewAutomatically={issuer.renewAutomatically}
              contact={issuer.acme === null ? undefined : issuer.acme.contact}
            />
            <RetireIssuer id={issuer.id} name={issuer.name} isRetired={issuer.retiredAt !== null} />
            <ButtonLink href="/settings/issuers">All issuers</ButtonLink>
          </>
        }
      >
        {ISSUER_KIND_LABELS[issuer.kind]}
      </PageHeader>
      <Section title="Details">
        <IssuerFacts issuer={issuer} now={now} />
      </Section>
      {issuer.kind === "private_ca" ? (
        <Section
          title="Authorities"
          description="Have the root trusted by the machines that are to trust its certificates. All of this is public."
        >
          <AuthorityList authorities={authorities} now={now} />
        </Section>
      ) : null}
      <Section title="Orders">
        {rows.length === 0 ? (
          <p className="text-muted">Nothing has been asked of it yet.</p>
        ) : (
          <>
            <OrdersTable orders={rows} now={now} />
            <Pager
              summary={rows.length === 1 ? "1 order" : `${rows.length} orders`}
              previous={pageAt(previous, "before")}
              next={pageAt(next, "after")}
            />
          </>
        )}
      </Section>
    </>
  );
}
