import type { Protocol } from "@/lib/endpoints/rules";

/** Characters allowed in each part of a deployment. */
export const SERVICE_LIMIT = 100;
export const RESOURCE_LIMIT = 500;
export const NOTE_LIMIT = 1_000;

/** Deployments of one certificate that a page shows; it says how many there are in all. */
export const DEPLOYMENTS_SHOWN = 200;

/** How it is known: somebody noted it, Certsweep looks at the endpoint itself, or a destination reports it. */
export const DEPLOYMENT_KINDS = ["noted", "endpoint", "reported"] as const;
export type DeploymentKind = (typeof DEPLOYMENT_KINDS)[number];

/** What the last look at an endpoint found: this certificate, another one, no answer; or there was no look yet. */
export const ENDPOINT_STATES = ["serving", "moved_on", "unreachable", "never_checked"] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];

export const ENDPOINT_STATE_LABELS: Record<EndpointState, string> = {
  serving: "Serving",
  moved_on: "Moved on",
  unreachable: "Unreachable",
  never_checked: "Not checked yet",
};

/** The only state that does not keep the certificate from being deleted. */
export const MOVED_ON_STATE = "moved_on" satisfies EndpointState;

/** A deletion believes a check for so long; after that the endpoint is looked at again. */
export const CHECK_COUNTS_MS = 15 * 60_000;
/** Endpoints are looked at again after so long, with up to a tenth more, so that they spread over the day. */
export const CHECK_EVERY_MS = 6 * 3_600_000;
/** A server that looks at endpoints and is not heard of for so long has died, and another one looks. */
export const CHECK_LEASE_MS = 120_000;

/** Of a deployment: what decides whether it blocks. `state` is null for what is no endpoint. */
export type DeploymentFacts = { state: EndpointState | null; checkedAt: Date | null };

/** A deployment keeps its certificate unless it is an endpoint that is known to have moved on. */
export function deploymentBlocks({ state }: DeploymentFacts): boolean {
  return state !== MOVED_ON_STATE;
}

/** When the certificate is to go at `now`, an endpoint has moved on only if that was seen at most CHECK_COUNTS_MS ago. */
export function deploymentBlocksDeletion(facts: DeploymentFacts, now: Date): boolean {
  const { checkedAt } = facts;
  return deploymentBlocks(facts) || checkedAt === null || now.getTime() - checkedAt.getTime() > CHECK_COUNTS_MS;
}

/** Where an endpoint is: a host name or an IP address, and the name that the client asks for (SNI), null for the host. */
export type Target = { host: string; port: number; serverName: string | null; protocol: Protocol };

/** The resource of an endpoint's deployment: "host:port", with what else tells two endpoints apart. */
export function resourceOf({ host, port, serverName, protocol }: Target): string {
  const place = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const marks = [protocol === "tls" ? null : protocol, serverName === null ? null : `as ${serverName}`];
  const said = marks.filter((mark) => mark !== null).join(", ");
  return said === "" ? place : `${place} (${said})`;
}

/** The last eight hex digits of a UUID v7 are random. */
const JITTER_STEPS = 0x1_0000_0000;

/** When to look at an endpoint again: ids spread the looks over a tenth of the time. */
export function nextCheckOf(id: string, now: Date): Date {
  const share = Number.parseInt(id.slice(-8), 16) / JITTER_STEPS;
  return new Date(now.getTime() + CHECK_EVERY_MS + Math.round((share * CHECK_EVERY_MS) / 10));
}
