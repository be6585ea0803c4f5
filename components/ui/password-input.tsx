"use client";

import { type ComponentProps, useState } from "react";
import { Field, type FieldText } from "./field";
import { Icon } from "./icon";

type PasswordInputProps = FieldText & Omit<ComponentProps<"input">, "type">;

/** A password that can be shown; pasting stays allowed. */
export function PasswordInput({ label, hint, error, hideLabel, layout, id, ...rest }: PasswordInputProps) {
  const [shown, setShown] = useState(false);
  return (
    <Field {...{ label, hint, error, id }} hideLabel={hideLabel ?? false} layout={layout ?? "stack"}>
      {(control) => (
        <span className="control flex h-8 items-center">
          <input
            autoComplete="current-password"
            spellCheck={false}
            autoCapitalize="off"
            {...rest}
            {...control}
            type={shown ? "text" : "password"}
            className="h-full min-w-0 flex-1 rounded-control bg-transparent px-2.5 outline-none"
          />
          <button
            type="button"
            aria-label="Show what is typed"
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
            className="mr-0.5 grid size-7 place-items-center rounded-md text-muted hover:text-text"
          >
            <Icon name={shown ? "eye-off" : "eye"} className="size-4" />
          </button>
        </span>
      )}
    </Field>
  );
}
