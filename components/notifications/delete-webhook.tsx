"use client";

import { ConfirmedEnd } from "@/components/ui/confirmed-end";
import { deleteNotificationWebhook } from "@/lib/notifications/actions";

/** Deletes a webhook, after asking. */
export function DeleteWebhook({ webhookId, host }: { webhookId: string; host: string }) {
  return (
    <ConfirmedEnd
      name={host}
      verb="Delete"
      pendingLabel="Deleting…"
      title="Delete webhook"
      description={
        <>
          <strong>{host}</strong> is told nothing more. Its secret and its deliveries are deleted too.
        </>
      }
      message={`The webhook of ${host} is deleted.`}
      end={() => deleteNotificationWebhook({ webhookId })}
    />
  );
}
