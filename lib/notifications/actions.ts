"use server";

import { action } from "@/lib/http/action";
import { sendAgain, sendTest } from "@/lib/notifications/commands";
import { addWebhookInput, deliveryInput, enableWebhookInput, webhookInput } from "@/lib/notifications/schema";
import { addWebhook, deleteWebhook, enableWebhook, renewSecret } from "@/lib/notifications/webhooks";

/** Answers with the key of the signatures, which is shown this once. */
export const addNotificationWebhook = action(
  { can: "notifications:manage", input: addWebhookInput },
  ({ scope, input, now }) => addWebhook(scope, { ...input, now }),
);

export const enableNotificationWebhook = action(
  { can: "notifications:manage", input: enableWebhookInput },
  ({ scope, input, now }) => enableWebhook(scope, { ...input, now }),
);

/** Answers with the new key, which is shown this once. */
export const renewWebhookSecret = action(
  { can: "notifications:manage", input: webhookInput },
  ({ scope, input, now }) => renewSecret(scope, { ...input, now }),
);

export const deleteNotificationWebhook = action(
  { can: "notifications:manage", input: webhookInput },
  ({ scope, input, now }) => deleteWebhook(scope, { ...input, now }),
);

export const sendTestNotification = action(
  { can: "notifications:manage", input: webhookInput },
  ({ scope, input, now }) => sendTest(scope, { ...input, now }),
);

export const sendNotificationAgain = action(
  { can: "notifications:manage", input: deliveryInput },
  ({ scope, input, now }) => sendAgain(scope, { ...input, now }),
);
