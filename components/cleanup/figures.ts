import { shareText, type Weight } from "@/lib/cleanup/rules";
import type { CappedCount, EffectView } from "@/lib/cleanup/schema";

/** "312", or "10,000+" where there are more than are counted. */
export function formatCapped({ count, isCapped }: CappedCount): string {
  return `${count.toLocaleString("en")}${isCapped ? "+" : ""}`;
}

/** "29 skipped: 18 deployed, 11 synced", or "none skipped". */
export function skippedByReason({
  skippedDeployed,
  skippedSynced,
}: Pick<EffectView, "skippedDeployed" | "skippedSynced">): string {
  const count = skippedDeployed.count + skippedSynced.count;
  if (count === 0) return "none skipped";
  const total = formatCapped({ count, isCapped: skippedDeployed.isCapped || skippedSynced.isCapped });
  return `${total} skipped: ${reasons(skippedDeployed, skippedSynced)}`;
}

/** "18 deployed, 11 synced", naming only the reasons that held. */
export function reasons(deployed: CappedCount, synced: CappedCount): string {
  const parts = [
    deployed.count > 0 ? `${formatCapped(deployed)} deployed` : null,
    synced.count > 0 ? `${formatCapped(synced)} synced` : null,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

/** What a run would remove: exact where the brake has counted it. */
export function removableOf({ removable, held }: EffectView): CappedCount {
  return held === null ? removable : exactly(held.removable);
}

/** "1 certificate", "10,000+ certificates", "no certificate". */
export function certificatesText(amount: CappedCount): string {
  if (amount.count === 0) return "no certificate";
  return `${formatCapped(amount)} ${amount.count === 1 && !amount.isCapped ? "certificate" : "certificates"}`;
}

/** A count that is exact however great. */
export function exactly(count: number): CappedCount {
  return { count, isCapped: false };
}

/** That the brake would hold a run, and why. */
export function brakeSentence(held: Weight): string {
  const of = `${held.removable.toLocaleString("en")} of all ${held.inventory.toLocaleString("en")} certificates`;
  return `The run would be held until a product admin approves it: it would remove ${of} (${shareText(held)}).`;
}
