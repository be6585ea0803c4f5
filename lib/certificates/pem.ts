import { Buffer } from "node:buffer";

export type PemBlock = {
  label: string;
  octets: Buffer;
  /** A CERTIFICATE block as it came when it is well formed; anything else as a CERTIFICATE block of the usual form. */
  pem: string;
  /** The block as it came; null when it was no PEM. */
  source: string | null;
};
export type PemReading =
  | { kind: "blocks"; blocks: PemBlock[] }
  | { kind: "damaged"; block: number; blocks: number }
  | { kind: "too_many" };

const beginning = "-----BEGIN CERTIFICATE-----";
const ending = "-----END CERTIFICATE-----";

// Every repetition is bounded, so that hostile text stays linear. Fewer or more than five dashes are found too, to be called damaged.
const marker = /-[ \t]?(BEGIN|END)[ \t]{1,8}([A-Za-z0-9][A-Za-z0-9 ]{0,63}?)[ \t]{0,8}(?:-{1,12}|(?=[\r\n])|$)/g;
const headers = /^[ \t]*\r?\n?(?:[A-Za-z0-9-]+:[^\r\n]*\r?\n)+[ \t]*\r?\n/;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;
const standardForm =
  /^-----BEGIN CERTIFICATE-----[ \t]*\r?\n(?:[A-Za-z0-9+/=]{1,76}[ \t]*\r?\n)+-----END CERTIFICATE-----$/;

type Marker = { isBegin: boolean; label: string; start: number; end: number };

/** Finds the PEM blocks of a text; anything between them is ignored. Linear in the length of the text. */
export function readPem(text: string, maxBlocks: number): PemReading {
  const markers: Marker[] = [];
  for (const match of text.matchAll(marker)) {
    const [found, word, label = ""] = match;
    const start = firstDash(text, match.index);
    const end = match.index + found.length;
    if (!isMarker(text.slice(start, end), label)) continue;
    markers.push({ isBegin: word === "BEGIN", label, start, end });
    if (markers.length > maxBlocks * 2) return { kind: "too_many" };
  }
  const count = markers.filter((found) => found.isBegin).length;
  const total = Math.max(count, markers.length - count);
  if (total > maxBlocks) return { kind: "too_many" };
  const blocks: PemBlock[] = [];
  for (let index = 0; index < markers.length; index += 2) {
    const block = readBlock(text, markers[index], markers[index + 1]);
    if (block === undefined) return { kind: "damaged", block: blocks.length + 1, blocks: total };
    blocks.push(block);
  }
  return { kind: "blocks", blocks };
}

/** Where the dashes begin of which the last stands at `position`; never more than twelve back. */
function firstDash(text: string, position: number): number {
  let start = position;
  while (start > 0 && position - start < 12 && text[start - 1] === "-") start -= 1;
  return start;
}

/** Other text may hold words between dashes; a marker has five on each side, or at least speaks of a certificate. */
function isMarker(whole: string, label: string): boolean {
  return isExact(whole, label) || /certificate/i.test(label);
}

function isExact(whole: string, label: string): boolean {
  return whole === `-----BEGIN ${label}-----` || whole === `-----END ${label}-----`;
}

function readBlock(text: string, begin: Marker | undefined, end: Marker | undefined): PemBlock | undefined {
  if (begin === undefined || end === undefined || !begin.isBegin || end.isBegin) return undefined;
  if (begin.label !== end.label) return undefined;
  if (!isExact(text.slice(begin.start, begin.end), begin.label)) return undefined;
  if (!isExact(text.slice(end.start, end.end), end.label)) return undefined;
  const body = text
    .slice(begin.end, end.start)
    .replace(headers, "")
    .replace(/[ \t\r\n]+/g, "");
  if (body === "" || !base64.test(body) || body.replace(/=+$/, "").length % 4 === 1) return undefined;
  const octets = Buffer.from(body, "base64");
  const asItCame = text.slice(begin.start, end.end);
  const pem = standardForm.test(asItCame) ? asItCame : formatPem(octets);
  return { label: begin.label, octets, pem, source: asItCame };
}

/** A CERTIFICATE block with 64 columns and no final newline. */
export function formatPem(der: Uint8Array): string {
  const body = Buffer.from(der.buffer, der.byteOffset, der.length).toString("base64");
  return [beginning, ...(body.match(/.{1,64}/g) ?? []), ending].join("\n");
}

/** A certificate with its chain as one text: as it was uploaded where that was kept, else block after block with a final newline. */
export function bundleOf(contents: { pem: string; chainPems: string[]; asUploaded: string | null }): string {
  return contents.asUploaded ?? [contents.pem, ...contents.chainPems, ""].join("\n");
}
