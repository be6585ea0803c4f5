import type { Role } from "@/lib/accounts/rules";
import { newId } from "@/lib/ids";
import { makeCertificate } from "./inventory";
import { addChallenge } from "./issuing";
import { makePerson, PASSWORD } from "./people";
import { AUTHORITY_ROUTES } from "./permission-authorities";
import { DEPLOYMENT_ACTIONS } from "./permission-deployments";
import { ISSUING_ACTIONS } from "./permission-issuing";
import { REVOCATION_ACTIONS } from "./permission-revocations";
import { SETTINGS_ACTIONS } from "./permission-settings";
import { SYNC_ACTIONS } from "./permission-syncs";
import {
  makeBulk,
  makeDisabled,
  makeExpired,
  makeHeldRun,
  makeInvitation,
  makeKeyOf,
  makeRemoval,
  makeRunningRun,
  settingsSavedAt,
} from "./permission-things";
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
      /** Whoever may is told that it was refused: what is asked of a server elsewhere cannot work out in these tests. */
      isRefused?: true;
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
  "lib/certificates/actions.ts#addCertificateKey": {
    may: "member",
    names: "things",
    input: ({ accountId }) => makeKeyOf(accountId),
    unknown: () => ({ certificateId: newId(), privateKey: "no key", password: "" }),
  },
  "lib/removal/actions.ts#deleteCertificate": {
    may: "member",
    names: "things",
    input: async ({ accountId }) => ({ id: await makeExpired(accountId) }),
    unknown: () => ({ id: newId() }),
  },
  "lib/removal/actions.ts#deleteCertificates": {
    may: "member",
    names: "things",
    input: async ({ accountId }) => ({ selection: { kind: "chosen", ids: [await makeExpired(accountId)] } }),
    unknown: () => ({ selection: { kind: "chosen", ids: [newId()] } }),
  },
  "lib/removal/actions.ts#stopBulkDeletion": {
    may: "member",
    names: "things",
    input: async (world) => ({ bulkDeletionId: await makeBulk(world, "queued") }),
    unknown: () => ({ bulkDeletionId: newId() }),
  },
  "lib/removal/actions.ts#retryBulkDeletion": {
    may: "member",
    names: "things",
    input: async (world) => ({ bulkDeletionId: await makeBulk(world, "succeeded_with_errors") }),
    unknown: () => ({ bulkDeletionId: newId() }),
  },
  ...DEPLOYMENT_ACTIONS,
  ...SYNC_ACTIONS,
  ...ISSUING_ACTIONS,
  ...REVOCATION_ACTIONS,
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
  ...SETTINGS_ACTIONS,
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
  | { may: Role; names: "things" | "nothing"; path: (world: World) => Promise<string> }
  | { may: "everybody"; path: (world: World) => Promise<string> };

export const ROUTES: Record<string, RouteRow> = {
  ...AUTHORITY_ROUTES,
  "/api/auth/[...nextauth]": { may: "everybody", path: async () => "/api/auth/csrf" },
  "/.well-known/acme-challenge/[token]": {
    may: "everybody",
    path: async ({ accountId }) => `/.well-known/acme-challenge/${await addChallenge(accountId)}`,
  },
  "/api/health": { may: "everybody", path: async () => "/api/health" },
  "/api/certificates": { may: "viewer", names: "nothing", path: async () => "/api/certificates" },
  "/api/certificates/export": { may: "viewer", names: "nothing", path: async () => "/api/certificates/export" },
  "/api/certificates/summary": { may: "viewer", names: "nothing", path: async () => "/api/certificates/summary" },
  "/api/certificates/timeline": { may: "viewer", names: "nothing", path: async () => "/api/certificates/timeline" },
  "/api/certificates/[id]/[file]": ofExpired("viewer", "pem"),
  "/api/certificates/[id]/uses": ofExpired("member", "uses"),
  "/api/removals/export": { may: "viewer", names: "nothing", path: async () => "/api/removals/export" },
  "/api/removals/[id]/pem": {
    may: "viewer",
    names: "things",
    path: async (world) => `/api/removals/${await makeRemoval(world)}/pem`,
  },
  "/api/certificates/selection": {
    may: "member",
    names: "nothing",
    path: async () => "/api/certificates/selection?status=expired",
  },
  "/api/removals/bulk/[id]": {
    may: "viewer",
    names: "things",
    path: async (world) => `/api/removals/bulk/${await makeBulk(world, "queued")}`,
  },
  "/api/removals/bulk/[id]/certificates": {
    may: "viewer",
    names: "things",
    path: async (world) => `/api/removals/bulk/${await makeBulk(world, "queued")}/certificates?outcome=failed`,
  },
  "/api/cleanup": { may: "admin", names: "nothing", path: async () => "/api/cleanup" },
  "/api/cleanup/effect": {
    may: "admin",
    names: "nothing",
    path: async () => "/api/cleanup/effect?retentionDays=7&skipSynced=true&brakePercent=50",
  },
  "/api/cleanup/preview": {
    may: "admin",
    names: "nothing",
    path: async () => "/api/cleanup/preview?retentionDays=7&skipSynced=true&outcome=removable",
  },
};

function ofExpired(may: Role, what: string): RouteRow {
  const path = async ({ accountId }: World) => `/api/certificates/${await makeExpired(accountId)}/${what}`;
  return { may, names: "things", path };
}
