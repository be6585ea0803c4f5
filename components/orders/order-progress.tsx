import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { visibleText } from "@/lib/certificates/rules";
import type { OrderStep } from "@/lib/orders/schema";

/** What happened with an order so far, in order. */
export function OrderProgress({ steps, now }: { steps: readonly OrderStep[]; now: Date }) {
  return (
    <Section title="Steps">
      <ol className="divide-y divide-line border-y border-line">
        {steps.map((step, position) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end
            key={position}
            className="grid gap-x-6 gap-y-0.5 py-2.5 wide:grid-cols-[minmax(0,1fr)_auto]"
          >
            <span className="min-w-0 wrap-anywhere">{visibleText(step.text)}</span>
            <RelativeTime date={new Date(step.at)} now={now} />
          </li>
        ))}
      </ol>
    </Section>
  );
}
