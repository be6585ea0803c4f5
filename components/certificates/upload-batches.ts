import { FILES_PER_BATCH } from "@/lib/certificates/rules";

/** Files that travel in one request. Small requests keep the bar moving and let Stop take effect soon. */
const FILES_AT_ONCE = Math.min(40, FILES_PER_BATCH);
const BYTES_AT_ONCE = 1_000_000;

/** Cuts files into batches, in their order; a larger file travels alone. */
export function batchesOf(files: File[]): File[][] {
  const batches: File[][] = [];
  let batch: File[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length > 0 && (batch.length === FILES_AT_ONCE || bytes + file.size > BYTES_AT_ONCE)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.size;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}
