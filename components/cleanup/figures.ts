import type { CappedCount, EffectView } from "@/lib/cleanup/schema";

/** "312", or "10,000+" where there are more than are counted. */
export function formatCapped({ count, isCapped }: CappedCount): string {
  return `${count.toLocaleString("en")}${isCapped ? "+" : ""}`;
}

/** "29 skipped: 18 deployed, 11 synced", or "none skipped". */
export function skippedByReason({ skippedDeployed, skippedSynced }: Omit<EffectView, "removable">): string {
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

/** A count that is exact however great. */
export function exactly(count: number): CappedCount {
  return { count, isCapped: false };
}
