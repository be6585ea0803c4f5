import { ChoiceLinks } from "@/components/ui/choices";
import { ORDER_SHOWINGS, type OrderShowing } from "@/lib/orders/rules";

const LABELS: Record<OrderShowing, string> = {
  all: "All",
  open: "Going on",
  issued: "Issued",
  failed: "Failed or canceled",
};

/** Which orders are shown. */
export function OrdersFilter({ show }: { show: OrderShowing }) {
  return (
    <div className="mb-2">
      <ChoiceLinks
        label="Show"
        current={show}
        choices={ORDER_SHOWINGS.map((key) => ({
          ...{ key, label: LABELS[key], count: "" },
          href: { pathname: "/certificates/orders", query: key === "all" ? {} : { show: key } },
        }))}
      />
    </div>
  );
}
