import { z } from "zod";
import { readCertificateName } from "@/lib/certificates/detail";
import { checkCertificate } from "@/lib/deployments/checks";
import { listDeployments } from "@/lib/deployments/queries";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { deploymentView, viewOfDeployment } from "../../../deployment-view";

export const POST = apiRoute(
  {
    can: "deployments:write",
    summary: "Look at the endpoints of a certificate now, at most two hundred of them, and answer with what was seen.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: z.object({ total: z.int(), deployments: z.array(deploymentView) }),
  },
  async ({ scope, params: { id: certificateId }, now }) => {
    if ((await readCertificateName(scope, certificateId)) === null) throw new ApiRefusal(UNKNOWN);
    await checkCertificate(scope, { certificateId, now });
    const { total, deployments } = await listDeployments(scope, certificateId);
    return { value: { total, deployments: deployments.map(viewOfDeployment) } };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
