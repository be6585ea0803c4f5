const EDGE = 8;

/**
 * Puts an open popover under its anchor, or above it when there is no room, and inside the window.
 * Written through the CSSOM, which the content security policy allows where a style attribute is refused.
 */
export function placePopover(popover: HTMLElement, anchor: HTMLElement, align: "start" | "end"): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const wanted = align === "end" ? at.right - width : at.left;
  const left = Math.max(EDGE, Math.min(wanted, document.documentElement.clientWidth - width - EDGE));
  const below = at.bottom + height + EDGE <= window.innerHeight || at.top - height < EDGE;
  popover.style.left = `${left}px`;
  popover.style.top = `${below ? at.bottom : at.top - height}px`;
}
