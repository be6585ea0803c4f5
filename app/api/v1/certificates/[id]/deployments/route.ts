import { z } from "zod";
import { readCertificateName } from "@/lib/certificates/detail";
import { addDeployment } from "@/lib/deployments/commands";
import { pageDeployments } from "@/lib/deployments/queries";
import { newDeployment } from "@/lib/deployments/schema";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { idCursor, nextCursor } from "../../../cursor";
import { deploymentView, viewOfDeployment } from "../../../deployment-view";

const params = z.strictObject({ id: z.uuid() });

export const GET = apiRoute(
  {
    can: "certificates:read",
    summary: "List the services that use a certificate, in the order in which they were noted, fifty a page.",
    params,
    query: z.strictObject({ cursor: idCursor }),
    body: NOTHING,
    answer: z.object({ deployments: z.array(deploymentView), next_cursor: nextCursor }),
  },
  async ({ scope, params: { id }, query: { cursor = null } }) => {
    if ((await readCertificateName(scope, id)) === null) throw new ApiRefusal(UNKNOWN);
    const { rows, next } = await pageDeployments(scope, id, { after: cursor, before: null });
    return { value: { deployments: rows.map(viewOfDeployment), next_cursor: next } };
  },
);

const { service, resource, note } = newDeployment.shape;

export const POST = apiRoute(
  {
    can: "deployments:write",
    summary: "Note that a service uses a certificate, which keeps it from being deleted from then on.",
    params,
    query: NOTHING,
    body: z.strictObject({ service, resource, note: note.default("") }),
    answer: z.object({ id: z.uuid() }),
    statuses: { 201: "It was noted." },
  },
  async ({ scope, params: { id: certificateId }, body, now }) => {
    // An id of nothing answers as any other id does, not as one that was deleted meanwhile.
    if ((await readCertificateName(scope, certificateId)) === null) throw new ApiRefusal(UNKNOWN);
    const { id } = await addDeployment(scope, { certificateId, ...body }, now);
    return { value: { id }, status: 201, location: `/api/v1/certificates/${certificateId}/deployments/${id}` };
  },
);

export const { PUT, PATCH, DELETE } = otherMethods({ GET, POST });
