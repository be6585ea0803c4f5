import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import type { OrderShowing } from "@/lib/orders/rules";

type OrdersEmptyProps = { show: OrderShowing; mayIssue: boolean };

/** Why a list of orders is empty. */
export function OrdersEmpty({ show, mayIssue }: OrdersEmptyProps) {
  if (show !== "all") {
    return (
      <EmptyState title="No such order" action={<ButtonLink href="/certificates/orders">Show all orders</ButtonLink>} />
    );
  }
  return (
    <EmptyState
      title="No orders yet"
      action={mayIssue ? <ButtonLink href="/certificates/issue">Issue certificate</ButtonLink> : undefined}
    >
      Each certificate that is asked of an issuer leaves its order here, with what happened on the way.
    </EmptyState>
  );
}
