import Link from "next/link";
import type { Href } from "./href";

const FILLS = {
  valid: "fill-valid",
  expiring: "fill-expiring",
  expired: "fill-expired",
  revoked: "fill-revoked",
  not_yet_valid: "fill-early",
} as const;

/** The label holds the figure as it is to be read. */
type Segment = { status: keyof typeof FILLS; label: string; count: number };

type Bar = {
  key: string;
  label: string;
  /** "412 certificates": how many, as it is to be read. */
  amount: string;
  axisLabel: string;
  href: Href;
  current: boolean;
  segments: readonly Segment[];
};

type TimelineProps = { label: string; bars: readonly Bar[]; dimmed?: boolean; note?: string | undefined };

const HEIGHT = 60;
/** A bar of one certificate beside one of thousands still has to be seen. */
const LEAST = 3;
const ROUND = 2;
/** How much taller than the tallest month an end may be drawn before it is cut, with a gap as the mark of the cut. */
const HEADROOM = 1.25;

/** Certificates by month of expiry: stacked bars drawn on the server, each a link, and a table of the same figures. */
export function Timeline({ label, bars, dimmed, note }: TimelineProps) {
  // The ends collect years; measured by them, the months between would all be flat.
  const most = Math.max(1, ...bars.slice(1, -1).map(total)) * HEADROOM;
  return (
    <figure aria-label={label} className={dimmed ? "mb-4 opacity-50 transition-opacity" : "mb-4 transition-opacity"}>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the figure has the name, and each bar its own */}
      <svg className="block h-[60px] w-full border-b border-line">
        {bars.map((bar, position) => (
          <TimelineBar key={bar.key} bar={bar} at={position} of={bars.length} most={most} />
        ))}
      </svg>
      <Axis bars={bars} />
      {note === undefined ? null : <figcaption className="text-right text-xs text-muted">{note}</figcaption>}
      <Figures label={label} bars={bars} />
    </figure>
  );
}

type TimelineBarProps = { bar: Bar; at: number; of: number; most: number };

function TimelineBar({ bar, at, of, most }: TimelineBarProps) {
  const column = 100 / of;
  const place = { x: `${(at * column).toFixed(3)}%`, width: `${(column * 0.925).toFixed(3)}%` };
  const count = total(bar);
  const name = `${bar.label}: ${bar.amount}`;
  const height = count === 0 ? 0 : Math.max(LEAST, Math.min(1, count / most) * (HEIGHT - 2));
  const stack = bar.segments.filter((segment) => segment.count > 0);
  const above = (position: number) => stack.slice(0, position).reduce((sum, segment) => sum + segment.count, 0);
  return (
    <Link href={bar.href} prefetch={false} scroll={false} aria-label={name} className="group outline-none">
      <title>{name}</title>
      <rect
        {...place}
        y="0"
        height={HEIGHT}
        rx="3"
        className="fill-transparent group-hover:fill-hover group-focus-visible:fill-accent-soft group-focus-visible:stroke-accent group-focus-visible:stroke-2"
      />
      {/* Top first: each bar part reaches under the next, so that only the top corners look round. */}
      <g className="opacity-80 group-hover:opacity-100">
        {stack.map((segment, position) => {
          const y = HEIGHT - height * (1 - above(position) / count);
          return (
            <rect
              key={segment.status}
              {...place}
              y={y.toFixed(2)}
              height={(HEIGHT - y + ROUND).toFixed(2)}
              rx={ROUND}
              className={FILLS[segment.status]}
            />
          );
        })}
      </g>
    </Link>
  );
}

function Axis({ bars }: { bars: readonly Bar[] }) {
  const shown = axisLabels(bars);
  return (
    <svg className="block h-4 w-full overflow-visible fill-faint text-xs" aria-hidden="true">
      {shown.map(({ bar, at, narrow }) => (
        <text
          key={bar.key}
          x={at === bars.length - 1 ? "100%" : `${((at * 100) / bars.length).toFixed(3)}%`}
          y="14"
          textAnchor={at === bars.length - 1 ? "end" : "start"}
          className={narrow ? undefined : "max-wide:hidden"}
        >
          {bar.current ? "today" : bar.axisLabel}
        </text>
      ))}
    </svg>
  );
}

/** Both ends, the current month, and every fourth month that is not too near one of these. */
function axisLabels(bars: readonly Bar[]) {
  const last = bars.length - 1;
  const today = bars.findIndex((bar) => bar.current);
  const fixed = [0, today, last].filter((at) => at >= 0);
  return bars.flatMap((bar, at) => {
    if (fixed.includes(at)) return [{ bar, at, narrow: true }];
    const regular = today >= 0 ? (at - today) % 4 === 0 : at % 4 === 0;
    return regular && fixed.every((other) => Math.abs(other - at) >= 3) ? [{ bar, at, narrow: false }] : [];
  });
}

function Figures({ label, bars }: { label: string; bars: readonly Bar[] }) {
  return (
    <div className="sr-only">
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">Month</th>
            <th scope="col">Certificates</th>
            <th scope="col">By status</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.key}>
              <th scope="row">{bar.label}</th>
              <td>{bar.amount}</td>
              <td>{byStatus(bar)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function byStatus(bar: Bar): string {
  const parts = bar.segments.filter((segment) => segment.count > 0);
  return parts.map((segment) => segment.label).join(", ") || "None";
}

function total(bar: Bar): number {
  return bar.segments.reduce((sum, segment) => sum + segment.count, 0);
}
