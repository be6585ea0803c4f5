import { newId } from "@/lib/ids";
import { addDestination } from "./destinations";
import { addScan, endScans } from "./discoveries";
import type { ActionRow } from "./permission-table";
import { addToken } from "./tokens";
import { addDelivery, addWebhook } from "./webhooks";

/** The rows of the screens under Settings that have no other. */
export const SETTINGS_ACTIONS: Record<string, ActionRow> = {
  "lib/discovery/actions.ts#startDiscovery": {
    may: "admin",
    names: "nothing",
    input: async ({ accountId }) => {
      await endScans(accountId);
      return { hosts: "nothing.invalid", ports: "443", protocol: "tls" };
    },
  },
  "lib/discovery/actions.ts#stopDiscovery": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => {
      await endScans(accountId);
      return { scanId: await addScan(accountId, { status: "running" }) };
    },
    unknown: () => ({ scanId: newId() }),
  },
  "lib/destinations/actions.ts#addDestinationAction": {
    may: "admin",
    names: "nothing",
    input: async () => ({ name: `Folder ${newId()}`, kind: "files", fields: { folder: "web" } }),
  },
  "lib/destinations/actions.ts#changeDestinationAction": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => changeOf(addDestination(accountId)),
    unknown: () => ({ destinationId: newId(), name: "Other", fields: { folder: "web/other" } }),
  },
  "lib/destinations/actions.ts#testDestinationAction": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ destinationId: await addDestination(accountId) }),
    unknown: () => ({ destinationId: newId() }),
  },
  "lib/destinations/actions.ts#deleteDestinationAction": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ destinationId: await addDestination(accountId) }),
    unknown: () => ({ destinationId: newId() }),
  },
  "lib/notifications/actions.ts#addNotificationWebhook": {
    may: "admin",
    names: "nothing",
    input: async () => ({ url: `https://hooks.example.test/${newId()}` }),
  },
  "lib/notifications/actions.ts#enableNotificationWebhook": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ webhookId: await addWebhook(accountId), enabled: false }),
    unknown: () => ({ webhookId: newId(), enabled: false }),
  },
  "lib/notifications/actions.ts#renewWebhookSecret": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ webhookId: await addWebhook(accountId) }),
    unknown: () => ({ webhookId: newId() }),
  },
  "lib/notifications/actions.ts#deleteNotificationWebhook": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ webhookId: await addWebhook(accountId) }),
    unknown: () => ({ webhookId: newId() }),
  },
  "lib/notifications/actions.ts#sendTestNotification": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ webhookId: await addWebhook(accountId) }),
    unknown: () => ({ webhookId: newId() }),
  },
  "lib/notifications/actions.ts#sendNotificationAgain": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({ deliveryId: await addDelivery(accountId, await addWebhook(accountId), {}) }),
    unknown: () => ({ deliveryId: newId() }),
  },
  "lib/tokens/actions.ts#createApiToken": {
    may: "viewer",
    names: "nothing",
    input: async () => ({ name: `Token ${newId()}`, role: "viewer", days: 1, ranges: [] }),
  },
  "lib/tokens/actions.ts#revokeApiToken": {
    may: "viewer",
    names: "things",
    input: async ({ accountId }, caller) => ({ tokenId: await addToken(accountId, { owner: caller }) }),
    unknown: () => ({ tokenId: newId() }),
  },
};

async function changeOf(destination: Promise<string>) {
  return { destinationId: await destination, name: `Changed ${newId()}`, fields: { folder: "web/other" } };
}
