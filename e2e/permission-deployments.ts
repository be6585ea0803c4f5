import { newId } from "@/lib/ids";
import { addDeployment } from "./inventory";
import type { ActionRow } from "./permission-table";
import { addMovedOn, deploymentOf, endpointOf, makeExpired } from "./permission-things";

/** The rows of the deployments of a certificate. */
export const DEPLOYMENT_ACTIONS: Record<string, ActionRow> = {
  "lib/deployments/actions.ts#addDeploymentAction": {
    may: "member",
    names: "things",
    input: async ({ accountId }) => deploymentOf(await makeExpired(accountId)),
    unknown: () => deploymentOf(newId()),
  },
  "lib/deployments/actions.ts#addEndpointAction": {
    may: "member",
    names: "things",
    input: async ({ accountId }) => endpointOf(await makeExpired(accountId)),
    unknown: () => endpointOf(newId()),
  },
  "lib/deployments/actions.ts#checkEndpointsAction": {
    may: "member",
    names: "things",
    input: async ({ accountId }) => {
      const certificateId = await makeExpired(accountId);
      await addMovedOn(accountId, certificateId);
      return { certificateId };
    },
    unknown: () => ({ certificateId: newId() }),
  },
  "lib/deployments/actions.ts#addServedAction": {
    may: "member",
    names: "things",
    input: async ({ accountId }) => {
      const certificateId = await makeExpired(accountId);
      return { certificateId, deploymentId: await addMovedOn(accountId, certificateId) };
    },
    unknown: () => ({ certificateId: newId(), deploymentId: newId() }),
  },
  "lib/deployments/actions.ts#removeDeploymentAction": {
    may: "member",
    names: "things",
    input: async ({ accountId }) => {
      const certificateId = await makeExpired(accountId);
      return { certificateId, deploymentId: await addDeployment(accountId, certificateId) };
    },
    unknown: () => ({ certificateId: newId(), deploymentId: newId() }),
  },
};
