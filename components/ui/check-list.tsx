import type { ReactNode } from "react";
import { classNames } from "./class-names";
import { Icon } from "./icon";

type Check = { key: string; passed: boolean; text: ReactNode; note?: ReactNode };

const WORDS = { passed: "Fine: ", failed: "In the way: " } as const;

/** What was looked at before something permanent, and how it came out. */
export function CheckList({ label, checks }: { label: string; checks: readonly Check[] }) {
  return (
    <ul aria-label={label} className="mt-3.5 grid gap-1.5 border-y border-line py-3">
      {checks.map((check) => (
        <li key={check.key} className="flex items-start gap-2">
          <Icon
            name={check.passed ? "check" : "alert"}
            className={classNames("mt-[3px] size-3.5", check.passed ? "text-valid" : "text-danger")}
          />
          <span>
            <span className="sr-only">{check.passed ? WORDS.passed : WORDS.failed}</span>
            {check.text} {check.note ? <span className="text-faint">{check.note}</span> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}
