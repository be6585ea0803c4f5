const BASE =
  "inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-control border text-[0.8125rem] leading-none font-medium no-underline transition-colors select-none";

const LOOKS = {
  default: "h-8 px-3 border-line-strong bg-raised text-text hover:border-control",
  primary: "h-8 px-3 border-accent bg-accent text-accent-text hover:border-accent-hover hover:bg-accent-hover",
  danger: "h-8 px-3 border-danger bg-danger text-danger-text hover:border-danger-hover hover:bg-danger-hover",
  quiet: "h-7 px-2 border-transparent text-text hover:bg-hover",
  "quiet-danger": "h-7 px-2 border-transparent text-text hover:bg-danger-soft hover:text-danger",
} as const;

const REFUSING = {
  default: "h-8 px-3 border-line bg-bg text-faint cursor-help",
  primary: "h-8 px-3 border-line bg-hover text-faint cursor-help",
  danger: "h-8 px-3 border-line bg-hover text-faint cursor-help",
  quiet: "h-7 px-2 border-transparent text-faint cursor-help",
  "quiet-danger": "h-7 px-2 border-transparent text-faint cursor-help",
} as const;

export type ButtonVariant = keyof typeof LOOKS;

/** The classes of anything that looks like a button; `refusing` is the look of one that says why it does nothing. */
export function buttonStyle(variant: ButtonVariant, refusing = false): string {
  return `${BASE} ${refusing ? REFUSING[variant] : LOOKS[variant]}`;
}
