import { type ReactNode, useId } from "react";
import { classNames } from "./class-names";
import { Icon } from "./icon";

/** What every labelled control takes. `row` puts the words to the left and the control to the right. */
export type FieldText = {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  hideLabel?: boolean;
  layout?: "stack" | "row";
};

type ControlAttributes = {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
};

type FieldProps = FieldText & { id?: string | undefined; children: (control: ControlAttributes) => ReactNode };

/** Ties a label, a hint and an error to the control that `children` makes from the attributes it is given. */
export function Field({ label, hint, error, hideLabel, layout = "stack", id, children }: FieldProps) {
  const ownId = useId();
  const controlId = id ?? ownId;
  const hintId = `${controlId}-hint`;
  const errorId = `${controlId}-error`;
  const described = classNames(Boolean(error) && errorId, Boolean(hint) && hintId);
  const control = children({
    id: controlId,
    "aria-describedby": described || undefined,
    "aria-invalid": error ? true : undefined,
  });
  const row = layout === "row";
  const text = hint ? (
    <p id={hintId} className={classNames("text-muted", row ? "mt-px" : "text-sm")}>
      {hint}
    </p>
  ) : null;
  const problem = error ? (
    <p id={errorId} className="mt-1 flex items-start gap-1.5 text-sm text-danger">
      <Icon name="alert" className="mt-[3px] size-3" />
      {error}
    </p>
  ) : null;
  const name = (
    <label htmlFor={controlId} className={hideLabel ? "sr-only" : "font-medium"}>
      {label}
    </label>
  );
  if (row) {
    return (
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6">
        <div>
          {name}
          {text}
          {problem}
        </div>
        {control}
      </div>
    );
  }
  return (
    <div className="grid gap-1">
      {name}
      {control}
      {problem}
      {text}
    </div>
  );
}
