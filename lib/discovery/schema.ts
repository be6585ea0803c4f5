import { z } from "zod";
import {
  countTargets,
  type Entry,
  type FindingKind,
  PORTS_LIMIT,
  readEntry,
  type ScanStatus,
  TARGETS_LIMIT,
} from "@/lib/discovery/rules";
import { PROTOCOLS, type Protocol } from "@/lib/endpoints/rules";

const PORT = "Enter ports as whole numbers from 1 to 65535, with commas between them.";
const PORTS = `A scan looks at ${PORTS_LIMIT} ports at most.`;

const partsOf = (text: string) => text.split(/[\s,;]+/).filter((part) => part !== "");

const entries = z.string().transform((text, context) => {
  const read = new Map<string, Entry>();
  const refuse = (message: string) => {
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  const parts = partsOf(text);
  if (parts.length === 0) return refuse("Enter at least one host, address or range.");
  if (parts.length > TARGETS_LIMIT) return refuse(tooMany(parts.length));
  for (const part of parts) {
    const entry = readEntry(part);
    if ("problem" in entry) return refuse(`${part.slice(0, 60)}: ${entry.problem}`);
    read.set(entry.text, entry);
  }
  return [...read.values()];
});

const ports = z.string().transform((text, context) => {
  const parts = partsOf(text);
  const read = [...new Set(parts.map(Number))];
  const good = parts.every((part) => /^\d{1,5}$/.test(part)) && read.every((port) => port >= 1 && port <= 65_535);
  if (read.length > 0 && good && read.length <= PORTS_LIMIT) return read;
  context.addIssue({ code: "custom", message: good && read.length > 0 ? PORTS : PORT });
  return z.NEVER;
});

function tooMany(targets: number): string {
  const [found, limit] = [targets, TARGETS_LIMIT].map((count) => count.toLocaleString("en"));
  return `These are ${found} connections. A scan makes ${limit} at most: take fewer addresses or fewer ports.`;
}

/** What to scan, as people type it: hosts, addresses and ranges, and ports. */
export const newScan = z
  .object({ hosts: entries, ports, protocol: z.enum(PROTOCOLS, "Choose a protocol.") })
  .superRefine((scan, context) => {
    const targets = countTargets(scan.hosts, scan.ports);
    if (targets > TARGETS_LIMIT) context.addIssue({ code: "custom", path: ["hosts"], message: tooMany(targets) });
  });
export type NewScan = z.output<typeof newScan>;

export const knownScan = z.object({ scanId: z.uuid("This is not the id of a scan.") });

/** What an address says of a page of findings, by their numbers; what is no good is dropped. */
const place = z.coerce.number().int().min(0).max(TARGETS_LIMIT).nullable().catch(null);
export const findingsPosition = z.object({
  after: z.preprocess((value) => value ?? null, z.union([z.null(), place])),
  before: z.preprocess((value) => value ?? null, z.union([z.null(), place])),
});

export type ScanView = {
  id: string;
  status: ScanStatus;
  /** As in Entry's `text`. */
  hosts: string[];
  ports: number[];
  protocol: Protocol;
  requestedAt: string;
  requestedByLabel: string;
  startedAt: string | null;
  finishedAt: string | null;
  isStopRequested: boolean;
  stopRequestedByLabel: string | null;
  error: string | null;
  /** Endpoints in all, and how many were looked at. */
  targets: number;
  done: number;
  added: number;
  already: number;
  unreadable: number;
  unreachable: number;
  /** At addresses that may not be connected to, so nothing was sent. */
  forbidden: number;
  /** New deployments. */
  endpoints: number;
};

export type FindingView = {
  number: number;
  kind: FindingKind;
  host: string;
  port: number;
  problem: string | null;
  isNewEndpoint: boolean;
  /** As it was called then; `isGone` when it is not in the inventory any more. */
  certificate: { id: string; name: string; isGone: boolean } | null;
};
