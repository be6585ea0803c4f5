import { setImmediate as othersFirst } from "node:timers/promises";
import { content, type DerElement, readChildren, readElement, tags } from "@/lib/certificates/asn1-element";
import { readValidityDate } from "@/lib/certificates/parse-validity-date";
import { readCriticalExtensions, readExtensionList } from "./verify-extensions";
import { readReason } from "./verify-judgement";
import { isSameNumber } from "./verify-subject";

/** A date that cannot be read takes nothing away from the fact. */
type FoundEntry = { revokedAt: Date | null; reason: string };

type Stretch = { start: number; end: number };

/** Entries that are looked at before others have their turn in this thread: some milliseconds. */
const AT_A_TIME = 2_000;
const CRITICAL_FLAG = Buffer.of(tags.boolean, 1);

/** Why the entries are of no use, as what follows "the revocation list "; null when each can be read. */
export async function checkEntries(der: Buffer, { start, end }: Stretch): Promise<string | null> {
  let position = start;
  for (let count = 1; position < end; count += 1) {
    const entry = readElement(der, position, end);
    if (entry?.tag !== tags.sequence) return "has an entry that cannot be read";
    const serial = readElement(der, entry.contentStart, entry.end);
    const time = serial && readElement(der, serial.end, entry.end);
    if (serial?.tag !== tags.integer || time === undefined) return "has an entry that cannot be read";
    if (time.end < entry.end && hasUnknownCritical(readElement(der, time.end, entry.end)))
      return "has an entry with a critical extension that Certsweep does not know";
    position = entry.end;
    if (count % AT_A_TIME === 0) await othersFirst();
  }
  return null;
}

/** RFC 5280 §5.3: one entry of that kind spoils the list. Those without any flag are most, and need no closer look. */
function hasUnknownCritical(extensions: DerElement | undefined): boolean {
  if (extensions === undefined) return true;
  return content(extensions).includes(CRITICAL_FLAG) && readCriticalExtensions(wrapped(extensions)).length > 0;
}

/** The list of extensions of an entry has no tag of its own around it, as that of a whole list has. */
function wrapped(extensions: DerElement): DerElement {
  return { ...extensions, contentStart: extensions.start, contentEnd: extensions.end };
}

/**
 * The entry with this serial number; null when there is none. The octets are looked through for the number first, which is
 * soon done, and entry by entry only where they are found: they could stand there for something else.
 */
export function findEntry(der: Buffer, { start, end }: Stretch, serial: Buffer): FoundEntry | null {
  if (der.subarray(start, end).indexOf(significant(serial)) === -1) return null;
  for (let position = start; position < end; ) {
    const entry = readElement(der, position, end);
    const number = entry && readElement(der, entry.contentStart, entry.end);
    if (entry === undefined || number === undefined) return null;
    if (isSameNumber(content(number), serial)) return readEntry(entry);
    position = entry.end;
  }
  return null;
}

/** Without octets in front that mean nothing: a list may leave them out, or a certificate may have too many. */
function significant(serial: Buffer): Buffer {
  const first = serial.findIndex((octet) => octet !== 0);
  return first === -1 ? serial.subarray(-1) : serial.subarray(first);
}

function readEntry(entry: DerElement): FoundEntry {
  const [, time, extensions] = readChildren(entry) ?? [];
  const found = readExtensionList(extensions && wrapped(extensions))?.find(
    ({ identifier }) => identifier === "2.5.29.21",
  );
  const code = found && readElement(found.value.source, found.value.contentStart, found.value.contentEnd);
  return { revokedAt: (time && readValidityDate(time)) ?? null, reason: readReason(code) };
}
