import "server-only";
import type { RevocationList } from "@/lib/pki/verify-crl";

/** Lists that this process keeps at hand, so that those of a large CA are not read and verified for each certificate. */
const LIMIT_BYTES = 32_000_000;

type Kept = { list: RevocationList; fetchedAt: Date };

const memory = new Map<string, Kept>();
let bytes = 0;

/** The list that was fetched at this moment; null when another one, or none, is at hand. */
export function takeFromMemory(key: string, fetchedAt: Date): RevocationList | null {
  const kept = memory.get(key);
  if (kept === undefined || kept.fetchedAt.getTime() !== fetchedAt.getTime()) return null;
  // The one used last goes last.
  memory.delete(key);
  memory.set(key, kept);
  return kept.list;
}

export function keepInMemory(key: string, kept: Kept): void {
  forget(key);
  memory.set(key, kept);
  bytes += kept.list.der.length;
  for (const oldest of memory.keys()) {
    if (bytes <= LIMIT_BYTES) return;
    forget(oldest);
  }
}

function forget(key: string): void {
  bytes -= memory.get(key)?.list.der.length ?? 0;
  memory.delete(key);
}
