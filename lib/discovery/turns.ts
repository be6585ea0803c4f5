import "server-only";
import { PROBES_AT_ONCE } from "@/lib/endpoints/rules";

let free = PROBES_AT_ONCE;
const waiting: (() => void)[] = [];

/** Does some work when it is its turn: all scans of this process together look at PROBES_AT_ONCE endpoints at once. */
export async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
  else free -= 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }
}
