import { z } from "zod";
import {
  type DeploymentKind,
  type EndpointState,
  NOTE_LIMIT,
  RESOURCE_LIMIT,
  SERVICE_LIMIT,
} from "@/lib/deployments/rules";
import { PROTOCOLS, readHost } from "@/lib/endpoints/rules";

// Control characters, line separators, and half surrogate pairs, which the audit's JSON cannot hold.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;
const UNPRINTABLE_BUT_LINES = /[^\P{Cc}\n\t]|\p{Cs}/u;

function isWithin(limit: number) {
  return (text: string) => Array.from(text).length <= limit;
}

const service = z
  .string()
  .trim()
  .min(1, "Say which service uses the certificate.")
  .refine(isWithin(SERVICE_LIMIT), `The service may have ${SERVICE_LIMIT} characters at most.`)
  .refine((text) => !UNPRINTABLE.test(text), "The service must be one line of text.");

const resource = z
  .string()
  .trim()
  .min(1, "Say which resource uses the certificate, such as host:port or an ARN.")
  .refine(isWithin(RESOURCE_LIMIT), `The resource may have ${RESOURCE_LIMIT} characters at most.`)
  .refine((text) => !UNPRINTABLE.test(text), "The resource must be one line of text.");

const note = z
  .string()
  .transform((text) => text.replaceAll("\r\n", "\n").trim())
  .refine(isWithin(NOTE_LIMIT), `The note may have ${NOTE_LIMIT.toLocaleString("en")} characters at most.`)
  .refine((text) => !UNPRINTABLE_BUT_LINES.test(text), "The note must be text.");

const certificateId = z.uuid("This is not the id of a certificate.");

export const newDeployment = z.object({ certificateId, service, resource, note });
export type NewDeployment = z.output<typeof newDeployment>;

export const knownDeployment = z.object({ certificateId, deploymentId: z.uuid("This is not the id of a deployment.") });
export type KnownDeployment = z.output<typeof knownDeployment>;

const serverName = z
  .string()
  .trim()
  .transform((text, context) => {
    if (text === "") return null;
    const read = readHost(text);
    if ("kind" in read && read.kind === "name") return read.host;
    const message = "kind" in read ? "A server name is a name, not an address." : read.problem;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

const host = z.string().transform((text, context) => {
  const read = readHost(text);
  if ("kind" in read) return read.host;
  context.addIssue({ code: "custom", message: read.problem });
  return z.NEVER;
});

const PORT = "A port is a whole number from 1 to 65535.";

/** An endpoint to be watched. `service` may be empty: it is called after its protocol then. */
export const newEndpoint = z.object({
  certificateId,
  service: z.union([z.literal(""), service]),
  host,
  port: z.coerce.number(PORT).int(PORT).min(1, PORT).max(65_535, PORT),
  serverName,
  protocol: z.enum(PROTOCOLS, "Choose a protocol."),
  note,
});
export type NewEndpoint = z.output<typeof newEndpoint>;

export const knownCertificate = z.object({ certificateId });

/** What an endpoint was seen to serve instead; `certificate` is the one in the inventory, if it is there. */
export type Served = { fingerprint: string; certificate: { id: string; name: string } | null };

/** What is known of an endpoint. */
export type EndpointView = {
  state: EndpointState;
  stateSince: Date;
  checkedAt: Date | null;
  nextCheckAt: Date;
  problem: string | null;
  /** Only in the state "moved_on". */
  served: Served | null;
};

export type DeploymentView = {
  kind: DeploymentKind;
  /** Null for what is no endpoint. */
  endpoint: EndpointView | null;
  id: string;
  service: string;
  resource: string;
  note: string;
  addedAt: Date;
  addedByLabel: string;
};
