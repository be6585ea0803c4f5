import type { ReactNode } from "react";
import { classNames } from "./class-names";
import { Icon } from "./icon";
import { Spinner } from "./spinner";

/** `passed` is null while it is still being looked at. */
export type Check = { key: string; passed: boolean | null; text: ReactNode; note?: ReactNode };

const WORDS = { passed: "Fine: ", failed: "In the way: " } as const;

type CheckListProps = {
  label: string;
  checks: readonly Check[];
  /** What a screen reader says before one that passed, and before one that did not. */
  words?: { passed: string; failed: string };
};

/** What was looked at before something permanent, and how it came out. */
export function CheckList({ label, checks, words = WORDS }: CheckListProps) {
  return (
    <ul aria-label={label} className="mt-3.5 grid gap-1.5 border-y border-line py-3">
      {checks.map((check) => (
        <li key={check.key} className="flex items-start gap-2">
          {check.passed === null ? (
            <span className="mt-[3px] text-muted">
              <Spinner />
            </span>
          ) : (
            <Icon
              name={check.passed ? "check" : "alert"}
              className={classNames("mt-[3px] size-3.5", check.passed ? "text-valid" : "text-danger")}
            />
          )}
          <span className="min-w-0 wrap-anywhere">
            {check.passed === null ? null : (
              <span className="sr-only">{check.passed ? words.passed : words.failed}</span>
            )}
            {check.text} {check.note ? <span className="text-faint">{check.note}</span> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}
