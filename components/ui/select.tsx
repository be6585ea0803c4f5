"use client";

import type { ComponentProps } from "react";
import { classNames } from "./class-names";
import { Field, type FieldText } from "./field";
import { Icon } from "./icon";
import { useHydrated } from "./use-hydrated";

type SelectOption = { value: string; label: string };

type SelectProps = FieldText & Omit<ComponentProps<"select">, "children"> & { options: readonly SelectOption[] };

/** One of a few values: the platform's own combobox in our clothes. Takes no choice before the page can act on it. */
export function Select({
  label,
  hint,
  error,
  hideLabel,
  layout,
  options,
  className,
  id,
  disabled,
  ...rest
}: SelectProps) {
  const isHydrated = useHydrated();
  return (
    <Field {...{ label, hint, error, id }} hideLabel={hideLabel ?? false} layout={layout ?? "stack"}>
      {(control) => (
        <span className={classNames("relative inline-flex w-full", className)}>
          <select
            {...rest}
            {...control}
            disabled={disabled === true || !isHydrated}
            className="control h-8 w-full appearance-none truncate pr-7 pl-2.5 font-medium [&>option]:bg-raised [&>option]:text-text"
          >
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <Icon
            name="chevron-down"
            className="pointer-events-none absolute top-1/2 right-2 size-3.5 -translate-y-1/2 text-muted"
          />
        </span>
      )}
    </Field>
  );
}
