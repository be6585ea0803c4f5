import { certificatesCounted, formatCount } from "@/components/certificates/counts";
import { overviewAddress } from "@/components/certificates/use-overview-address";
import { Timeline as TimelineFigure } from "@/components/ui/timeline";
import { STATUS_LABELS, timelineMonths } from "@/lib/certificates/rules";
import type { ListQuery, Timeline } from "@/lib/certificates/schema";
import { formatMonthUtc } from "@/lib/dates/rules";

type Props = { query: ListQuery; timeline: Timeline; now: Date; dimmed: boolean };

/** The expiry timeline of the present filter; a bar narrows the list to its month. */
export function OverviewTimeline({ query, timeline, now, dimmed }: Props) {
  const { after: _after, before: _before, ...kept } = query;
  const present = timelineMonths(now).find((month) => month.isPresent)?.key;
  return (
    <TimelineFigure
      label="Expiry by month"
      dimmed={dimmed}
      note={timeline.isPartial ? "Counted in part: each bar shows the least there is" : undefined}
      bars={timeline.months.map(({ key, segments }) => {
        const count = segments.reduce((sum, segment) => sum + segment.count, 0);
        const isLeast = timeline.isPartial;
        return {
          key,
          label: barLabel(key),
          amount: certificatesCounted({ count, isLeast }),
          axisLabel: monthOf(key),
          href: overviewAddress({ ...kept, expires: key }),
          current: key === present,
          segments: segments.map(({ status, count: ofStatus }) => ({
            status,
            count: ofStatus,
            label: `${STATUS_LABELS[status]} ${formatCount({ count: ofStatus, isLeast })}`,
          })),
        };
      })}
    />
  );
}

function barLabel(key: string): string {
  const month = monthOf(key);
  if (key.startsWith("..")) return `${month} and before`;
  return key.endsWith("..") ? `${month} and after` : month;
}

function monthOf(key: string): string {
  return formatMonthUtc(new Date(`${key.replaceAll("..", "")}-01T00:00:00Z`));
}
