import type { ComponentProps } from "react";
import { Field, type FieldText } from "./field";

type SwitchProps = FieldText & Omit<ComponentProps<"input">, "type" | "role">;

/** On or off, taking effect with the form around it. */
export function Switch({ label, hint, error, hideLabel, layout, id, className: _, ...rest }: SwitchProps) {
  return (
    <Field {...{ label, hint, error, id }} hideLabel={hideLabel ?? false} layout={layout ?? "row"}>
      {(control) => (
        <span className="relative inline-grid h-6 w-9 place-items-center">
          <input
            type="checkbox"
            // biome-ignore lint/a11y/useAriaPropsForRole: a checkbox says whether it is checked
            role="switch"
            {...rest}
            {...control}
            className="peer absolute inset-0 z-10 size-full cursor-pointer appearance-none rounded-full outline-none"
          />
          <span className="h-[21px] w-9 rounded-full border border-control bg-hover transition-colors peer-checked:border-accent peer-checked:bg-accent peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-accent forced-colors:peer-checked:bg-[Highlight]" />
          <span className="absolute top-1/2 left-[3px] size-[15px] -translate-y-1/2 rounded-full bg-control transition-transform peer-checked:translate-x-[15px] peer-checked:bg-raised forced-colors:bg-[CanvasText]" />
        </span>
      )}
    </Field>
  );
}
