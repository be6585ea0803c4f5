const EDGE = 8;

/**
 * Puts an open popover beside its anchor where there is room, so that it covers no control of a row above or below; else
 * under it, or above it at the lower end of the window. Always inside the window.
 * Written through the CSSOM, which the content security policy allows where a style attribute is refused.
 */
export function placePopover(popover: HTMLElement, anchor: HTMLElement, align: "start" | "end"): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const beside = at.left - width;
  if (align === "end" && beside >= window.innerWidth / 2) {
    const top = at.top + (at.height - height) / 2;
    popover.style.left = `${beside}px`;
    popover.style.top = `${Math.max(EDGE, Math.min(top, window.innerHeight - height - EDGE))}px`;
    return;
  }
  const wanted = align === "end" ? at.right - width : at.left;
  const left = Math.max(EDGE, Math.min(wanted, document.documentElement.clientWidth - width - EDGE));
  const below = at.bottom + height + EDGE <= window.innerHeight || at.top - height < EDGE;
  popover.style.left = `${left}px`;
  popover.style.top = `${below ? at.bottom : at.top - height}px`;
}
