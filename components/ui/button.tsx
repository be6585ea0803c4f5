"use client";

import { type ComponentProps, useId, useLayoutEffect, useRef } from "react";
import { type ButtonVariant, buttonStyle } from "./button-style";
import { classNames } from "./class-names";
import { Explained } from "./explained";
import type { Href } from "./href";
import { Spinner } from "./spinner";

type ButtonProps = Omit<ComponentProps<"button">, "disabled"> & {
  variant?: ButtonVariant;
  pending?: boolean | undefined;
  pendingLabel?: string;
  explain?: string | undefined;
  explainLink?: { label: string; href: Href } | undefined;
};

/**
 * `explain` says why the button refuses: it stays focusable, does nothing, and names the reason to everyone.
 * While `pending` it keeps its focus, shows `pendingLabel` and does nothing. Neither uses the disabled attribute.
 */
export function Button({
  variant = "default",
  pending,
  pendingLabel,
  explain,
  explainLink,
  className,
  children,
  type = "button",
  onClick,
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const buttonId = rest.id ?? `${reasonId}-button`;
  const focused = useRef(false);
  const wasExplained = useRef(explain !== undefined);
  // An explained button stands in another place of the tree: it is a new element, which takes the focus over.
  useLayoutEffect(() => {
    const isExplained = explain !== undefined;
    if (wasExplained.current !== isExplained && focused.current) document.getElementById(buttonId)?.focus();
    wasExplained.current = isExplained;
  });
  const idle = !pending && explain === undefined;
  const button = (
    <button
      {...rest}
      id={buttonId}
      onFocus={(event) => {
        focused.current = true;
        rest.onFocus?.(event);
      }}
      onBlur={(event) => {
        focused.current = false;
        rest.onBlur?.(event);
      }}
      type={idle ? type : "button"}
      onClick={idle ? onClick : undefined}
      aria-disabled={idle ? undefined : true}
      aria-describedby={explain === undefined ? rest["aria-describedby"] : reasonId}
      className={classNames(buttonStyle(variant, explain !== undefined), pending && "cursor-progress", className)}
    >
      {pending ? <Spinner /> : null}
      {pending && pendingLabel ? pendingLabel : children}
    </button>
  );
  if (explain === undefined) return button;
  return (
    <Explained id={reasonId} reason={explain} link={explainLink}>
      {button}
    </Explained>
  );
}
