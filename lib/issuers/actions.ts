"use server";

import { action } from "@/lib/http/action";
import { createAcmeIssuer } from "@/lib/issuers/acme-accounts";
import { createPrivateIssuer, importPrivateIssuer } from "@/lib/issuers/authorities";
import { changeIssuer, retireIssuer } from "@/lib/issuers/change";
import { changedIssuer, importedIssuer, newAcmeIssuer, newPrivateIssuer, retiredIssuer } from "@/lib/issuers/schema";

/** Makes an account at an ACME server and keeps both or neither. What is refused is told at its field. */
export const addAcmeIssuerAction = action({ can: "issuers:manage", input: newAcmeIssuer }, ({ scope, input, now }) =>
  createAcmeIssuer(scope, input, now),
);

/** Makes a root and an intermediate. */
export const addPrivateIssuerAction = action(
  { can: "issuers:manage", input: newPrivateIssuer },
  ({ scope, input, now }) => createPrivateIssuer(scope, input, now),
);

/** Takes over a CA that there is already. */
export const importPrivateIssuerAction = action(
  { can: "issuers:manage", input: importedIssuer },
  ({ scope, input, now }) => importPrivateIssuer(scope, input, now),
);

export const changeIssuerAction = action({ can: "issuers:manage", input: changedIssuer }, ({ scope, input, now }) =>
  changeIssuer(scope, input, now),
);

export const retireIssuerAction = action({ can: "issuers:manage", input: retiredIssuer }, ({ scope, input, now }) =>
  retireIssuer(scope, input, now),
);
