"use server";

import { checkCertificate } from "@/lib/deployments/checks";
import { addDeployment, removeDeployment } from "@/lib/deployments/commands";
import { addEndpoint } from "@/lib/deployments/endpoints";
import { knownCertificate, knownDeployment, newDeployment, newEndpoint } from "@/lib/deployments/schema";
import { addServed } from "@/lib/deployments/served";
import { action } from "@/lib/http/action";

export const addDeploymentAction = action({ can: "deployments:write", input: newDeployment }, ({ scope, input, now }) =>
  addDeployment(scope, input, now),
);

export const removeDeploymentAction = action(
  { can: "deployments:write", input: knownDeployment },
  ({ scope, input, now }) => removeDeployment(scope, input, now),
);

/** Has an endpoint watched, and looks at it at once, which may take five seconds. */
export const addEndpointAction = action(
  { can: "deployments:write", input: newEndpoint },
  async ({ scope, input, now }) => {
    const { id } = await addEndpoint(scope, input, now);
    await checkCertificate(scope, { certificateId: input.certificateId, deploymentId: id, now });
    return { id };
  },
);

/** Looks at the endpoints of a certificate now. */
export const checkEndpointsAction = action(
  { can: "deployments:write", input: knownCertificate },
  async ({ scope, input, now }) => {
    await checkCertificate(scope, { certificateId: input.certificateId, now });
    return null;
  },
);

/** Adds the certificate that an endpoint was seen to serve instead. */
export const addServedAction = action({ can: "certificates:upload", input: knownDeployment }, ({ scope, input, now }) =>
  addServed(scope, input, now),
);
