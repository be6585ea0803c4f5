import { z } from "zod";
import { readCertificateName } from "@/lib/certificates/detail";
import { checkCertificate } from "@/lib/deployments/checks";
import { addEndpoint } from "@/lib/deployments/endpoints";
import { readDeployment } from "@/lib/deployments/queries";
import { newEndpoint } from "@/lib/deployments/schema";
import { PROTOCOLS } from "@/lib/endpoints/rules";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { deploymentView, viewOfDeployment } from "../../../deployment-view";

const { service, host, note } = newEndpoint.shape;

export const POST = apiRoute(
  {
    can: "deployments:write",
    summary: "Have an endpoint watched for a certificate, and look at it at once, which takes five seconds at most.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: z.strictObject({
      host,
      port: z.int().min(1).max(65_535),
      protocol: z.enum(PROTOCOLS).default("tls"),
      server_name: newEndpoint.shape.serverName.default(null),
      service: service.default(""),
      note: note.default(""),
    }),
    answer: deploymentView,
    statuses: { 201: "It is watched; the answer says what it serves." },
  },
  async ({ scope, params: { id: certificateId }, body: { server_name: serverName, ...body }, now }) => {
    if ((await readCertificateName(scope, certificateId)) === null) throw new ApiRefusal(UNKNOWN);
    const { id: deploymentId } = await addEndpoint(scope, { certificateId, serverName, ...body }, now);
    await checkCertificate(scope, { certificateId, deploymentId, now });
    const added = await readDeployment(scope, { certificateId, deploymentId });
    if (added === null) throw new ApiRefusal(UNKNOWN);
    const location = `/api/v1/certificates/${certificateId}/deployments/${deploymentId}`;
    return { value: viewOfDeployment(added), status: 201, location };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
