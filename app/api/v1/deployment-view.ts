import { z } from "zod";
import { DEPLOYMENT_KINDS, ENDPOINT_STATES } from "@/lib/deployments/rules";
import type { DeploymentView } from "@/lib/deployments/schema";
import { moment } from "./certificate-view";

const endpoint = z.object({
  state: z.enum(ENDPOINT_STATES),
  since: moment,
  checked_at: moment.nullable(),
  next_check_at: moment,
  problem: z.string().nullable(),
  /** What it serves instead; `certificate_id` where that is in the inventory. */
  served: z.object({ fingerprint: z.string(), certificate_id: z.uuid().nullable() }).nullable(),
});

export const deploymentView = z
  .object({
    id: z.uuid(),
    kind: z.enum(DEPLOYMENT_KINDS),
    service: z.string(),
    resource: z.string(),
    note: z.string(),
    endpoint: endpoint.nullable(),
    added_at: moment,
    added_by: z.string(),
  })
  .meta({ id: "Deployment" });

/** A deployment as programs read it. */
export function viewOfDeployment(deployment: DeploymentView): z.infer<typeof deploymentView> {
  const { id, kind, service, resource, note, endpoint: seen, addedAt, addedByLabel } = deployment;
  const common = { id, kind, service, resource, note, added_at: addedAt.toISOString(), added_by: addedByLabel };
  if (seen === null) return { ...common, endpoint: null };
  const { state, stateSince, checkedAt, nextCheckAt, problem, served } = seen;
  return {
    ...common,
    endpoint: {
      ...{ state, since: stateSince.toISOString(), checked_at: checkedAt?.toISOString() ?? null },
      ...{ next_check_at: nextCheckAt.toISOString(), problem },
      served:
        served === null ? null : { fingerprint: served.fingerprint, certificate_id: served.certificate?.id ?? null },
    },
  };
}
