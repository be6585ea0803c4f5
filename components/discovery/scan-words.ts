import type { ScanView } from "@/lib/discovery/schema";
import { PROTOCOL_LABELS } from "@/lib/endpoints/rules";

const HOSTS_NAMED = 3;

/** "www.example.com, 192.0.2.0/24 and 4 more". */
export function hostsText({ hosts }: Pick<ScanView, "hosts">): string {
  const named = hosts.slice(0, HOSTS_NAMED).join(", ");
  const more = hosts.length - HOSTS_NAMED;
  return more > 0 ? `${named} and ${more.toLocaleString("en")} more` : named;
}

/** "TLS on ports 443 and 8443". */
export function portsText({ ports, protocol }: Pick<ScanView, "ports" | "protocol">): string {
  const [last, ...before] = ports.toReversed();
  const listed = before.length === 0 ? `${last}` : `${before.reverse().join(", ")} and ${last}`;
  return `${PROTOCOL_LABELS[protocol]} on ${ports.length === 1 ? "port" : "ports"} ${listed}`;
}

export function isGoingOn({ finishedAt }: Pick<ScanView, "finishedAt">): boolean {
  return finishedAt === null;
}

/** "312 certificates", "1 certificate". */
export function counted(count: number, one: string): string {
  return `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
}
