export const CSV_TYPE = "text/csv; charset=utf-8; header=present";

/** The name of an export made at `now`: certificates-2026-11-22.csv. */
export function csvFileName(subject: "certificates" | "removals", now: Date): string {
  return `${subject}-${now.toISOString().slice(0, 10)}.csv`;
}

// What spreadsheets take for a formula: also behind blanks or invisible characters, and in full width.
const FORMULA = /^[\s\p{C}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** One field as RFC 4180 quotes it. What a spreadsheet would run gets an apostrophe before it, which it takes for text. */
export function csvField(value: string): string {
  const text = FORMULA.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}

/** One record, with the line end that RFC 4180 asks for. */
export function csvLine(values: readonly string[]): string {
  return `${values.map(csvField).join(",")}\r\n`;
}

/**
 * The pieces as a body that is made as fast as it is read. Rejects when the first piece fails; when a later one does, the
 * connection breaks, so that half a file never looks whole.
 */
export async function csvBody(pieces: AsyncGenerator<string>): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let piece = await pieces.next();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (piece.done === true) return controller.close();
        controller.enqueue(encoder.encode(piece.value));
        piece = await pieces.next();
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
}
