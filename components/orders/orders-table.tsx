import Link from "next/link";
import { RelativeTime } from "@/components/ui/relative-time";
import { Sub, Table, Td, Th, Tr } from "@/components/ui/table";
import { visibleText } from "@/lib/certificates/rules";
import type { OrderRow } from "@/lib/orders/schema";
import { OrderStateTag } from "./order-state-tag";
import { namesText } from "./order-words";

/** Orders, newest first, each with a link to its own page. */
export function OrdersTable({ orders, now }: { orders: readonly OrderRow[]; now: Date }) {
  return (
    <Table
      label="Orders"
      head={
        <>
          <Th>Names</Th>
          <Th>State</Th>
          <Th>Issuer</Th>
          <Th>Requested</Th>
        </>
      }
    >
      {orders.map((order) => (
        <Tr key={order.id}>
          <Td narrow="lead">
            <Link
              href={{ pathname: `/certificates/orders/${order.id}` }}
              prefetch={false}
              className="font-medium hover:underline"
            >
              {namesText(order.names)}
            </Link>
            <Sub hideNarrow>
              {order.kind === "renew" ? "Renewal " : ""}by {visibleText(order.requestedByLabel)}
            </Sub>
          </Td>
          <Td narrow="second">
            <OrderStateTag state={order.state} />
          </Td>
          <Td narrow="third" className="wrap-anywhere">
            {visibleText(order.issuer.name)}
          </Td>
          <Td narrow="below">
            <RelativeTime date={order.requestedAt} now={now} layout="cell" />
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
