import type { ComponentProps } from "react";
import { classNames } from "./class-names";

type CheckboxProps = Omit<ComponentProps<"input">, "type" | "ref"> & {
  label: string;
  hideLabel?: boolean;
  /** Neither yes nor no: some of what it stands for. */
  indeterminate?: boolean;
};

/** Yes or no in a form, or a row that is picked; with `hideLabel` only screen readers get the words. */
export function Checkbox({ label, hideLabel, indeterminate = false, className, ...rest }: CheckboxProps) {
  return (
    <label
      className={classNames("inline-flex min-h-6 min-w-6 items-center gap-2", hideLabel && "justify-center", className)}
    >
      <input
        type="checkbox"
        {...rest}
        // There is no attribute for it.
        ref={(input) => {
          if (input) input.indeterminate = indeterminate;
        }}
        className="size-3.5 accent-accent"
      />
      <span className={hideLabel ? "sr-only" : undefined}>{label}</span>
    </label>
  );
}
