import { z } from "zod";
import type { Role } from "@/lib/accounts/rules";
import { newId } from "@/lib/ids";
import { sql } from "./database";
import { addCertificate, addDeployment, makeCertificate } from "./inventory";
import { makePerson, PASSWORD } from "./people";
import { succeed } from "./server-actions";
import type { Caller, World } from "./world";

/**
 * Who may call an action: the least role, "link" for whoever holds a one-time link, or nobody once set-up is done.
 * `input` makes what a permitted caller would send; `names` says whether it names things of the account, which to an
 * outsider must look like things that do not exist.
 */
export type ActionRow =
  | {
      may: Role;
      names: "things" | "nothing";
      input: (world: World, caller: Caller) => Promise<unknown>;
      unknown?: () => unknown;
    }
  | { may: "link"; input: (world: World) => Promise<unknown> }
  | { may: "nobody"; input: (world: World) => Promise<unknown> };

export const ACTIONS: Record<string, ActionRow> = {
  "lib/certificates/actions.ts#uploadCertificates": {
    may: "member",
    names: "nothing",
    input: async () => {
      const { pem } = await makeCertificate({ name: `upload-${newId()}.example.test` });
      const form = new FormData();
      form.append("files", new File([pem], "certificate.pem"));
      return form;
    },
  },
  "lib/removal/actions.ts#deleteCertificate": {
    may: "member",
    names: "things",
    input: async ({ accountId }) => ({ id: await makeExpired(accountId) }),
    unknown: () => ({ id: newId() }),
  },
  "lib/deployments/actions.ts#addDeploymentAction": {
    may: "member",
    names: "things",
    input: async ({ accountId }) => deploymentOf(await makeExpired(accountId)),
    unknown: () => deploymentOf(newId()),
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
  "lib/cleanup/actions.ts#saveCleanupSettings": {
    may: "admin",
    names: "nothing",
    input: async ({ accountId, otherAccountId }, caller) => ({
      enabled: false,
      retentionDays: 7,
      skipSynced: true,
      dailyAtMinute: 120,
      brakePercent: 50,
      seenUpdatedAt: await settingsSavedAt(caller === "outsider" ? otherAccountId : accountId),
    }),
  },
  "lib/cleanup/actions.ts#runCleanupNow": { may: "admin", names: "nothing", input: async () => ({}) },
  "lib/cleanup/actions.ts#stopCleanup": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ runId: await makeRunningRun(accountId) }),
    unknown: () => ({ runId: newId() }),
  },
  "lib/cleanup/actions.ts#approveCleanupRun": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ runId: await makeHeldRun(accountId) }),
    unknown: () => ({ runId: newId() }),
  },
  "lib/cleanup/actions.ts#acknowledgeCleanupRun": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ runId: await makeHeldRun(accountId) }),
    unknown: () => ({ runId: newId() }),
  },
  "lib/accounts/actions.ts#inviteMember": {
    may: "admin",
    names: "nothing",
    input: async () => ({ email: `${newId()}@example.test`, role: "viewer" }),
  },
  "lib/accounts/actions.ts#revokeMemberInvitation": {
    may: "admin",
    names: "things",
    input: async (world) => ({ invitationId: (await makeInvitation(world)).id }),
    unknown: () => ({ invitationId: newId() }),
  },
  "lib/accounts/actions.ts#changeMemberRole": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ userId: (await makePerson(accountId, "viewer", "other")).id, role: "member" }),
    unknown: () => ({ userId: newId(), role: "member" }),
  },
  "lib/accounts/actions.ts#disableAccountMember": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ userId: (await makePerson(accountId, "viewer", "other")).id }),
    unknown: () => ({ userId: newId() }),
  },
  "lib/accounts/actions.ts#enableAccountMember": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ userId: await makeDisabled(accountId) }),
    unknown: () => ({ userId: newId() }),
  },
  "lib/accounts/actions.ts#signMemberOut": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ userId: (await makePerson(accountId, "viewer", "other")).id }),
    unknown: () => ({ userId: newId() }),
  },
  "lib/accounts/actions.ts#joinAccount": {
    may: "link",
    input: async (world) => ({ token: (await makeInvitation(world)).token, password: PASSWORD }),
  },
  "lib/accounts/actions.ts#createProductAdmin": {
    may: "nobody",
    input: async () => ({
      token: "A".repeat(43),
      email: `${newId()}@example.test`,
      password: "seven unrelated words in a row",
      samples: false,
    }),
  },
};

/** Who may read a route; "everybody" also without a session. `path` makes its address; ids are those of the account. */
export type RouteRow =
  | { may: "viewer" | "admin"; names: "things" | "nothing"; path: (world: World) => Promise<string> }
  | { may: "everybody"; path: (world: World) => Promise<string> };

export const ROUTES: Record<string, RouteRow> = {
  "/api/auth/[...nextauth]": { may: "everybody", path: async () => "/api/auth/csrf" },
  "/api/health": { may: "everybody", path: async () => "/api/health" },
  "/api/certificates": { may: "viewer", names: "nothing", path: async () => "/api/certificates" },
  "/api/certificates/export": { may: "viewer", names: "nothing", path: async () => "/api/certificates/export" },
  "/api/certificates/summary": { may: "viewer", names: "nothing", path: async () => "/api/certificates/summary" },
  "/api/certificates/timeline": { may: "viewer", names: "nothing", path: async () => "/api/certificates/timeline" },
  "/api/certificates/[id]/[file]": {
    may: "viewer",
    names: "things",
    path: async ({ accountId }) => `/api/certificates/${await makeExpired(accountId)}/pem`,
  },
  "/api/removals/export": { may: "viewer", names: "nothing", path: async () => "/api/removals/export" },
  "/api/removals/[id]/pem": {
    may: "viewer",
    names: "things",
    path: async (world) => `/api/removals/${await makeRemoval(world)}/pem`,
  },
  "/api/cleanup": { may: "admin", names: "nothing", path: async () => "/api/cleanup" },
  "/api/cleanup/effect": {
    may: "admin",
    names: "nothing",
    path: async () => "/api/cleanup/effect?retentionDays=7&skipSynced=true",
  },
};

const invitationMade = z.object({ link: z.url() });

async function makeInvitation({ accountId, admin }: World): Promise<{ id: string; token: string }> {
  const email = `${newId()}@example.test`;
  const input = { email, role: "viewer" };
  const { link } = invitationMade.parse(await succeed("lib/accounts/actions.ts#inviteMember", input, admin));
  const [row] = await sql()<{ id: string }[]>`
    select id from invitations where account_id = ${accountId} and email = ${email}`;
  return { id: row?.id ?? "", token: link.split("/").at(-1) ?? "" };
}

async function makeDisabled(accountId: string): Promise<string> {
  const { id } = await makePerson(accountId, "viewer", "other");
  await sql()`update memberships set disabled_at = now() where user_id = ${id}`;
  return id;
}

async function makeExpired(accountId: string): Promise<string> {
  const { id } = await addCertificate(accountId, { name: `expired-${newId()}.example.test`, expiresIn: -40 });
  return id;
}

function deploymentOf(certificateId: string) {
  return { certificateId, service: `Service ${newId()}`, resource: "host.example.test:443", note: "" };
}

async function settingsSavedAt(accountId: string): Promise<string | null> {
  const [row] = await sql()<{ updated_at: Date }[]>`
    select updated_at from cleanup_settings where account_id = ${accountId}`;
  return row?.updated_at.toISOString() ?? null;
}

/** At most one run of an account is running, so the one before ends. */
async function makeRunningRun(accountId: string): Promise<string> {
  const id = newId();
  await sql()`
    update cleanup_runs set status = 'stopped', finished_at = now() where account_id = ${accountId} and status = 'running'`;
  await sql()`
    insert into cleanup_runs (account_id, id, trigger, started_by_label, retention_days, skip_synced, cutoff, status,
      started_at, heartbeat_at)
    values (${accountId}, ${id}, 'person', 'somebody@example.test', 30, true, now(), 'running', now(), now())`;
  return id;
}

async function makeHeldRun(accountId: string): Promise<string> {
  const id = newId();
  await sql()`
    insert into cleanup_runs (account_id, id, trigger, started_by_label, retention_days, skip_synced, cutoff, status,
      started_at, heartbeat_at, finished_at, held_removable, held_inventory)
    values (${accountId}, ${id}, 'person', 'somebody@example.test', 30, true, now(), 'held', now(), now(), now(), 200, 300)`;
  return id;
}

async function makeRemoval({ accountId, admin }: World): Promise<string> {
  const id = await makeExpired(accountId);
  await succeed("lib/removal/actions.ts#deleteCertificate", { id }, admin);
  return id;
}
