"use server";

import { addDeployment, removeDeployment } from "@/lib/deployments/commands";
import { knownDeployment, newDeployment } from "@/lib/deployments/schema";
import { action } from "@/lib/http/action";

export const addDeploymentAction = action({ can: "deployments:write", input: newDeployment }, ({ scope, input, now }) =>
  addDeployment(scope, input, now),
);

export const removeDeploymentAction = action(
  { can: "deployments:write", input: knownDeployment },
  ({ scope, input, now }) => removeDeployment(scope, input, now),
);
