import { readHost } from "@/lib/endpoints/rules";

/** In the order in which a scan goes through them; the first two are those of one that goes on. */
export const SCAN_STATUSES = ["queued", "running", "succeeded", "stopped", "failed"] as const;
export type ScanStatus = (typeof SCAN_STATUSES)[number];

export const SCAN_STATUS_LABELS: Record<ScanStatus, string> = {
  queued: "Waiting",
  running: "Running",
  succeeded: "Succeeded",
  stopped: "Stopped",
  failed: "Failed",
};

/** What came of an endpoint that is listed. Of those that did not answer only the first few are. */
export const FINDING_KINDS = ["added", "already", "unreadable", "unreachable"] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export const FINDING_LABELS: Record<FindingKind, string> = {
  added: "Added",
  already: "Already there",
  unreadable: "Not readable",
  unreachable: "No answer",
};

/** Addresses of one range: a /20 of IPv4, a /116 of IPv6. */
export const RANGE_LIMIT = 4_096;
const RANGE_BITS = 12;
export const PORTS_LIMIT = 10;
/** Connections of one scan: every address on every port. */
export const TARGETS_LIMIT = 16_384;
export const UNREACHABLE_LISTED = 10;

/** Endpoints that are looked at, noted and counted together; Stop takes effect after them. */
export const SCAN_CHUNK = 40;
/** After so long a scan lets other jobs take their turn. */
export const SCAN_TURN_MS = 60_000;
/** A server that is not heard of for so long has died, and another goes on. Far longer than a chunk can take. */
export const SCAN_HEARTBEAT_LIMIT_MS = 120_000;

/** A host, or a range of addresses, in the one way in which it is written: "www.example.com", "192.0.2.0/24". */
export type Entry = { text: string; count: number; addressAt: (index: number) => string };

/** Reads a host or a range; answers with a sentence about what else it is. */
export function readEntry(typed: string): Entry | { problem: string } {
  const [address = "", digits, ...rest] = typed.trim().split("/");
  const read = readHost(address);
  const isRange = digits !== undefined && /^\d{1,3}$/.test(digits) && rest.length === 0;
  if (!isRange || !("kind" in read) || read.kind === "name") return entryOfHost(typed);
  const bits = (read.kind === "ipv4" ? 32 : 128) - Number(digits);
  if (bits < 0) return { problem: "This is not a range of addresses." };
  if (bits > RANGE_BITS) return { problem: TOO_WIDE };
  return entryOfRange(read.kind === "ipv4" ? IPV4 : IPV6, { address: read.host, digits: Number(digits), bits });
}

const TOO_WIDE = `A range has ${RANGE_LIMIT.toLocaleString("en")} addresses at most: /20 for IPv4, /116 for IPv6.`;

function entryOfHost(typed: string): Entry | { problem: string } {
  const read = readHost(typed);
  return "kind" in read ? { text: read.host, count: 1, addressAt: () => read.host } : read;
}

/** How addresses are taken apart: the part that a range of RANGE_BITS can change, as a number, and the rest. */
type Form = { split: (address: string) => { head: string; low: number }; join: (head: string, low: number) => string };

const IPV4: Form = {
  split: (address) => {
    const [first = "", second = "", third, fourth] = address.split(".");
    return { head: `${first}.${second}.`, low: Number(third) * 256 + Number(fourth) };
  },
  join: (head, low) => `${head}${low >> 8}.${low & 0xff}`,
};

const IPV6: Form = {
  split: (address) => {
    const [before = "", after] = address.split("::");
    const groupsOf = (part: string) => (part === "" ? [] : part.split(":"));
    const [left, right] = [groupsOf(before), groupsOf(after ?? "")];
    const zeros = Array.from({ length: after === undefined ? 0 : 8 - left.length - right.length }, () => "0");
    const groups = [...left, ...zeros, ...right];
    return { head: `${groups.slice(0, 7).join(":")}:`, low: Number.parseInt(groups[7] ?? "0", 16) };
  },
  join: (head, low) => {
    const read = readHost(`${head}${low.toString(16)}`);
    return "kind" in read ? read.host : `${head}${low.toString(16)}`;
  },
};

function entryOfRange(form: Form, { address, digits, bits }: { address: string; digits: number; bits: number }): Entry {
  const { head, low } = form.split(address);
  const count = 2 ** bits;
  const first = low - (low % count);
  return { text: `${form.join(head, first)}/${digits}`, count, addressAt: (index) => form.join(head, first + index) };
}

/** How many connections it takes to look at every address on every port. */
export function countTargets(entries: readonly Pick<Entry, "count">[], ports: readonly number[]): number {
  return entries.reduce((sum, { count }) => sum + count, 0) * ports.length;
}

/** The endpoint with this number, from 0: address after address, each on every port. Throws a RangeError past the last. */
export function targetAt(
  { entries, ports }: { entries: readonly Entry[]; ports: readonly number[] },
  number: number,
): { host: string; port: number } {
  const port = ports[number % ports.length];
  let index = Math.floor(number / ports.length);
  for (const { count, addressAt } of entries) {
    if (index < count && port !== undefined) return { host: addressAt(index), port };
    index -= count;
  }
  throw new RangeError("The scan has no such endpoint");
}
