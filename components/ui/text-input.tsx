import type { ComponentProps } from "react";
import { classNames } from "./class-names";
import { Field, type FieldText } from "./field";

type TextInputProps = FieldText & ComponentProps<"input">;

/** One line of text with its label. */
export function TextInput({ label, hint, error, hideLabel, layout, className, id, ...rest }: TextInputProps) {
  return (
    <Field {...{ label, hint, error, id }} hideLabel={hideLabel ?? false} layout={layout ?? "stack"}>
      {(control) => (
        <input type="text" {...rest} {...control} className={classNames("control h-8 w-full px-2.5", className)} />
      )}
    </Field>
  );
}
