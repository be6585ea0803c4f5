"use client";

import { Notice } from "@/components/ui/notice";
import { Table, Th } from "@/components/ui/table";
import { useChange } from "@/components/ui/use-change";
import { enableNotificationWebhook, sendTestNotification } from "@/lib/notifications/actions";
import type { WebhookView } from "@/lib/notifications/schema";
import { hostOf, WebhookRow } from "./webhook-row";

/** The webhooks of the account, with what a product admin may change. */
export function WebhooksTable({ webhooks, now }: { webhooks: readonly WebhookView[]; now: Date }) {
  const { run, pending, problem } = useChange();
  const test = ({ id, url }: WebhookView) =>
    run(() => sendTestNotification({ webhookId: id }), { message: `A test is on its way to ${hostOf(url)}.` });
  const enable = ({ id, url }: WebhookView, enabled: boolean) =>
    run(() => enableNotificationWebhook({ webhookId: id, enabled }), {
      message: `${hostOf(url)} is ${enabled ? "enabled" : "disabled"}.`,
    });
  return (
    <>
      <div role="alert" className="not-empty:mb-4">
        {problem === null ? null : <Notice tone="danger">{problem}</Notice>}
      </div>
      <Table
        label="Webhooks"
        head={
          <>
            <Th>Address</Th>
            <Th>State</Th>
            <Th>Last delivery</Th>
            <Th align="end">Actions</Th>
          </>
        }
      >
        {webhooks.map((webhook) => (
          <WebhookRow
            key={webhook.id}
            webhook={webhook}
            now={now}
            onTest={() => !pending && test(webhook)}
            onEnable={(enabled) => !pending && enable(webhook, enabled)}
          />
        ))}
      </Table>
    </>
  );
}
