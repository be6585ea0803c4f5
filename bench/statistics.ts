/** Of several rounds: the middle one, and the least and the greatest. */
export type Spread = { median: number; least: number; greatest: number };

/** @throws RangeError when there is nothing to say anything of */
export function spreadOf(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), least: quantile(values, 0), greatest: quantile(values, 1) };
}

/** The value below which this share (0 to 1) of the values lies, the nearest one that was measured. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  if (found === undefined) throw new RangeError("nothing was measured");
  return found;
}
