"use client";

import { type ComponentProps, useRef } from "react";
import { Field, type FieldText } from "./field";
import { Icon } from "./icon";

type NumberFieldProps = FieldText & Omit<ComponentProps<"input">, "type" | "ref"> & { min: number; max: number };

/** A number with − and +, which stay within `min` and `max`. Anything may be typed, so that the error can say why not. */
export function NumberField({ label, hint, error, hideLabel, layout, id, ...rest }: NumberFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const step = (by: 1 | -1) => {
    const field = input.current;
    if (!field) return;
    if (by === 1) field.stepUp();
    else field.stepDown();
    // React listens to input events, which stepping by script does not send.
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return (
    <Field {...{ label, hint, error, id }} hideLabel={hideLabel ?? false} layout={layout ?? "row"}>
      {(control) => (
        <span className="control inline-flex h-8 w-fit items-stretch divide-x divide-line">
          {/* Without the label in their names, so that the label finds one control: the field. */}
          <StepButton label="Decrease" icon="minus" onStep={() => step(-1)} />
          <input
            {...rest}
            {...control}
            ref={input}
            type="number"
            inputMode="numeric"
            className="no-spin w-13 bg-transparent text-center font-medium outline-none"
          />
          <StepButton label="Increase" icon="plus" onStep={() => step(1)} />
        </span>
      )}
    </Field>
  );
}

type StepButtonProps = { label: string; icon: "minus" | "plus"; onStep: () => void };

function StepButton({ label, icon, onStep }: StepButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      onClick={onStep}
      className="grid w-8 place-items-center text-muted outline-none hover:bg-hover hover:text-text focus-visible:bg-accent-soft focus-visible:text-text first:rounded-l-md last:rounded-r-md"
    >
      <Icon name={icon} className="size-3" />
    </button>
  );
}
