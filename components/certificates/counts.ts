import { COUNT_CAP } from "@/lib/certificates/rules";

/** "8,412", or "10,000+" above what is counted. */
export function formatCount(count: number): string {
  return count > COUNT_CAP ? `${COUNT_CAP.toLocaleString("en")}+` : count.toLocaleString("en");
}

/** "1 certificate", "8,412 certificates". */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
