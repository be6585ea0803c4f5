import type { ReactNode } from "react";
import { type ButtonVariant, buttonStyle } from "./button-style";
import { classNames } from "./class-names";

type DownloadLinkProps = {
  href: string;
  fileName?: string;
  variant?: ButtonVariant;
  className?: string;
  children: ReactNode;
};

/** A link to a file, which the browser saves instead of the router opening it. */
export function DownloadLink({ href, fileName, variant = "default", className, children }: DownloadLinkProps) {
  return (
    <a href={href} download={fileName ?? true} className={classNames(buttonStyle(variant), className)}>
      {children}
    </a>
  );
}
