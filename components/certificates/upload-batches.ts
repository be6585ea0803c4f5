import { FILES_PER_BATCH } from "@/lib/certificates/rules";
import type { FileOutcome } from "@/lib/certificates/schema";

/** Files that travel in one request. Small requests keep the bar moving and let Stop take effect soon. */
const FILES_AT_ONCE = Math.min(40, FILES_PER_BATCH);
const BYTES_AT_ONCE = 1_000_000;

/** Cuts files into batches, in their order; a larger file travels alone. */
export function batchesOf(files: File[]): File[][] {
  return cut(
    files.map((file) => ({ file, bytes: file.size })),
    FILES_AT_ONCE,
  ).map((batch) => batch.map(({ file }) => file));
}

/** A file with a private key that fitted nothing in its batch, and the file of another batch that has its certificate. */
export type Pair = { position: number; keyFile: File; certificateFile: File; bytes: number };

/** What has to be sent once more, side by side, cut into batches. `outcomes` are those of the files, in their order. */
export function pairsToSend(files: File[], outcomes: FileOutcome[]): Pair[][] {
  const unfit = outcomes.flatMap((outcome, position) => {
    const keyFile = files[position];
    if (outcome.kind !== "refused" || outcome.unfitKey === undefined || keyFile === undefined) return [];
    return { position, keyFile, publicKey: outcome.unfitKey };
  });
  if (unfit.length === 0) return [];
  const holders = new Map<string, File>();
  for (const [position, outcome] of outcomes.entries()) {
    const file = files[position];
    if (outcome.kind === "refused" || file === undefined) continue;
    for (const { publicKey } of outcome.certificates) if (publicKey !== undefined) holders.set(publicKey, file);
  }
  const pairs = unfit.flatMap(({ position, keyFile, publicKey }) => {
    const certificateFile = holders.get(publicKey);
    if (certificateFile === undefined) return [];
    return { position, keyFile, certificateFile, bytes: keyFile.size + certificateFile.size };
  });
  return cut(pairs, FILES_AT_ONCE / 2);
}

function cut<Item extends { bytes: number }>(items: Item[], most: number): Item[][] {
  const batches: Item[][] = [];
  let batch: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    if (batch.length > 0 && (batch.length === most || bytes + item.bytes > BYTES_AT_ONCE)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += item.bytes;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}
