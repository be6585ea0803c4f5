import { z } from "zod";
import { NOTE_LIMIT, RESOURCE_LIMIT, SERVICE_LIMIT } from "@/lib/deployments/rules";

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

export type DeploymentView = {
  id: string;
  service: string;
  resource: string;
  note: string;
  addedAt: Date;
  addedByLabel: string;
};
