import { visibleText } from "@/lib/certificates/rules";
import { ENDED_STATES, type OrderState } from "@/lib/orders/rules";

/** "a.example.com and 2 more". */
export function namesText(names: readonly string[]): string {
  const [first = "", ...others] = names.map(visibleText);
  if (others.length === 0) return first;
  return `${first} and ${others.length} more`;
}

/** Something more happens with it. */
export function isOpen(state: OrderState): boolean {
  return !ENDED_STATES.some((ended) => ended === state);
}
