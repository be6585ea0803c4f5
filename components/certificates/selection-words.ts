import { COUNT_CAP } from "@/lib/certificates/rules";
import type { SelectionView } from "@/lib/removal/schema";

/** "8,412", or "8,412+" where counting stopped: there may be more. */
export function amount(count: number, isCapped: boolean): string {
  return `${Math.min(count, isCapped ? COUNT_CAP : count).toLocaleString("en")}${isCapped ? "+" : ""}`;
}

/** "1 certificate", "8,412+ certificates". */
export function certificatesOf(count: number, isCapped = false): string {
  return `${amount(count, isCapped)} certificate${count === 1 && !isCapped ? "" : "s"}`;
}

type Stays = Pick<SelectionView, "stillValid" | "deployed" | "synced" | "isCapped">;

/** How many cannot be deleted, and by which reason: "3 cannot be deleted: 2 deployed, 1 synced"; null when all can. */
export function staysSentence({ stillValid, deployed, synced, isCapped }: Stays): string | null {
  const count = stillValid + deployed + synced;
  if (count === 0) return null;
  const reasons = [
    stillValid > 0 ? `${amount(stillValid, isCapped)} issued and still valid` : null,
    deployed > 0 ? `${amount(deployed, isCapped)} deployed` : null,
    synced > 0 ? `${amount(synced, isCapped)} synced` : null,
  ];
  return `${amount(count, isCapped)} cannot be deleted: ${reasons.filter((reason) => reason !== null).join(", ")}`;
}
