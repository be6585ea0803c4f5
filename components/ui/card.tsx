import type { ReactNode } from "react";
import { classNames } from "./class-names";

type CardProps = { children: ReactNode; className?: string };

/** A framed surface; its parts are CardSection, divided by hairlines. */
export function Card({ children, className }: CardProps) {
  return (
    <div
      className={classNames(
        "divide-y divide-line rounded-card border border-line bg-surface [&>:first-child]:rounded-t-[9px] [&>:last-child]:rounded-b-[9px]",
        className,
      )}
    >
      {children}
    </div>
  );
}

type CardSectionProps = { children: ReactNode; tone?: "plain" | "accent"; className?: string };

/** One part of a card; the accent tone is for a sentence that says an effect. */
export function CardSection({ children, tone = "plain", className }: CardSectionProps) {
  return (
    <div className={classNames("px-4 py-4 wide:px-[18px]", tone === "accent" && "bg-accent-soft", className)}>
      {children}
    </div>
  );
}

/** The row of buttons that ends a card or a form. */
export function CardActions({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap justify-end gap-2 px-4 py-4 wide:px-[18px]">{children}</div>;
}
