import type { ComponentProps } from "react";
import { classNames } from "./class-names";
import { Field, type FieldText } from "./field";

type TextAreaProps = FieldText & ComponentProps<"textarea"> & { mono?: boolean };

/** Several lines of text with their label; `mono` for PEM and the like. */
export function TextArea({ label, hint, error, hideLabel, layout, mono, className, id, ...rest }: TextAreaProps) {
  return (
    <Field {...{ label, hint, error, id }} hideLabel={hideLabel ?? false} layout={layout ?? "stack"}>
      {(control) => (
        <textarea
          rows={6}
          spellCheck={!mono}
          {...rest}
          {...control}
          className={classNames("control w-full px-2.5 py-1.5", mono && "font-mono text-sm", className)}
        />
      )}
    </Field>
  );
}
