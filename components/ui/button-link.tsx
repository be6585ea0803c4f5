import Link from "next/link";
import type { ComponentProps } from "react";
import { type ButtonVariant, buttonStyle } from "./button-style";
import { classNames } from "./class-names";
import type { Href } from "./href";

type ButtonLinkProps = Omit<ComponentProps<typeof Link>, "href"> & { href: Href; variant?: ButtonVariant };

/** A link that looks like a button: it goes somewhere. */
export function ButtonLink({ variant = "default", className, href, ...rest }: ButtonLinkProps) {
  return <Link href={href} className={classNames(buttonStyle(variant), className)} {...rest} />;
}
