import { z } from "zod";
import { removeDeployment } from "@/lib/deployments/commands";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";

export const DELETE = apiRoute(
  {
    can: "deployments:write",
    summary: "Note that a service does not use a certificate any more.",
    params: z.strictObject({ id: z.uuid(), deploymentId: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: z.object({ id: z.uuid() }),
  },
  async ({ scope, params: { id: certificateId, deploymentId }, now }) => {
    await removeDeployment(scope, { certificateId, deploymentId }, now);
    return { value: { id: deploymentId } };
  },
);

export const { GET, HEAD, POST, PUT, PATCH } = otherMethods({ DELETE });
