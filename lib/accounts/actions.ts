"use server";

import { changeRole, disableMember, enableMember, signOutEverywhere } from "@/lib/accounts/commands";
import { setUp } from "@/lib/accounts/first-run";
import { invite, join, revokeInvitation } from "@/lib/accounts/invitations";
import {
  invitationInput,
  inviteInput,
  joinInput,
  memberInput,
  roleChangeInput,
  setUpInput,
} from "@/lib/accounts/schema";
import { scopeOfNewcomer } from "@/lib/auth/gate";
import { addSampleCertificates } from "@/lib/certificates/samples";
import { action, openAction } from "@/lib/http/action";
import { networkAddress } from "@/lib/http/request";

/** Makes the first product admin. The browser signs in with the same words afterwards. */
export const createProductAdmin = openAction({ input: setUpInput }, async ({ input, now }) => {
  const admin = await setUp(input, now);
  if (input.samples) await addSampleCertificates(scopeOfNewcomer(admin), now);
  return { email: admin.email };
});

/** Joins with an invitation's link. The browser signs in with the same words afterwards. */
export const joinAccount = openAction({ input: joinInput }, async ({ input, now }) =>
  join({ ...input, address: await networkAddress() }, now),
);

/** Answers with the link, which is shown this once. */
export const inviteMember = action({ can: "members:manage", input: inviteInput }, async ({ input, now, scope }) => {
  const { link, expiresAt } = await invite(scope, { ...input, now });
  return { link, expiresAt: expiresAt.toISOString() };
});

export const revokeMemberInvitation = action(
  { can: "members:manage", input: invitationInput },
  async ({ input, now, scope }) => revokeInvitation(scope, { ...input, now }),
);

export const changeMemberRole = action(
  { can: "members:manage", input: roleChangeInput },
  async ({ input, now, scope }) => changeRole(scope, { ...input, now }),
);

export const disableAccountMember = action(
  { can: "members:manage", input: memberInput },
  async ({ input, now, scope }) => disableMember(scope, { ...input, now }),
);

export const enableAccountMember = action(
  { can: "members:manage", input: memberInput },
  async ({ input, now, scope }) => enableMember(scope, { ...input, now }),
);

export const signMemberOut = action({ can: "members:manage", input: memberInput }, async ({ input, now, scope }) =>
  signOutEverywhere(scope, { ...input, now }),
);
