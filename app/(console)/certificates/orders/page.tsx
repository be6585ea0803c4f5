import type { Metadata } from "next";
import { z } from "zod";
import { OrdersEmpty } from "@/components/orders/orders-empty";
import { OrdersFilter } from "@/components/orders/orders-filter";
import { OrdersTable } from "@/components/orders/orders-table";
import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";
import { Pager } from "@/components/ui/pager";
import { admitToPage } from "@/lib/auth/gate";
import { roleMay } from "@/lib/auth/rules";
import { pageOrders } from "@/lib/orders/queries";
import { orderShowing } from "@/lib/orders/schema";
import { idPosition } from "@/lib/paging/schema";

export const metadata: Metadata = { title: "Orders" };

const address = z.object({ show: orderShowing }).and(idPosition);

export default async function OrdersPage({ searchParams }: PageProps<"/certificates/orders">) {
  const now = new Date();
  const scope = await admitToPage("certificates:read", now);
  const { show, ...position } = address.parse(await searchParams);
  const { rows, previous, next } = await pageOrders(scope, { show }, position);
  const mayIssue = roleMay(scope.role, "certificates:issue");
  const shown = show === "all" ? {} : { show };
  const pageAt = (place: string | null, side: "after" | "before") =>
    place === null ? null : { pathname: "/certificates/orders", query: { ...shown, [side]: place } };
  return (
    <>
      <PageHeader
        title="Orders"
        actions={mayIssue ? <ButtonLink href="/certificates/issue">Issue certificate</ButtonLink> : undefined}
      >
        What was asked of issuers, newest first
      </PageHeader>
      <OrdersFilter show={show} />
      {rows.length === 0 ? (
        <OrdersEmpty show={show} mayIssue={mayIssue} />
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
    </>
  );
}
