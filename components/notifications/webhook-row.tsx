import { Button } from "@/components/ui/button";
import { Sub, Td, Tr } from "@/components/ui/table";
import { formatDateTimeUtc, formatRelative } from "@/lib/dates/rules";
import type { WebhookView } from "@/lib/notifications/schema";
import { DeleteWebhook } from "./delete-webhook";
import { DeliveryTag } from "./delivery-tag";
import { RenewSecret } from "./renew-secret";

type WebhookRowProps = {
  webhook: WebhookView;
  now: Date;
  onTest: () => void;
  onEnable: (enabled: boolean) => void;
};

/** One webhook and what can be done with it. */
export function WebhookRow({ webhook, now, onTest, onEnable }: WebhookRowProps) {
  const { id, url, enabled, last } = webhook;
  const host = hostOf(url);
  return (
    <Tr>
      <Td narrow="lead">
        <span className="font-medium">{url}</span>
        <Sub hideNarrow>
          added {formatRelative(webhook.addedAt, now)} by {webhook.addedByLabel}
        </Sub>
      </Td>
      <Td narrow="second">{enabled ? "Enabled" : <span className="text-danger">Disabled</span>}</Td>
      <Td narrow="third" className="whitespace-nowrap">
        {last === null ? (
          <span className="text-faint">Nothing sent yet</span>
        ) : (
          <time dateTime={last.at.toISOString()} title={formatDateTimeUtc(last.at)}>
            <DeliveryTag status={last.status} />
            <Sub> {formatRelative(last.at, now)}</Sub>
          </time>
        )}
      </Td>
      <Td narrow="below" className="max-wide:-ml-2 wide:text-right wide:whitespace-nowrap">
        <Button
          variant="quiet"
          onClick={onTest}
          aria-label={`Send test to ${host}`}
          explain={enabled ? undefined : "This webhook is disabled. Enable it first."}
        >
          Send test
        </Button>
        <Button
          variant="quiet"
          onClick={() => onEnable(!enabled)}
          aria-label={`${enabled ? "Disable" : "Enable"} ${host}`}
        >
          {enabled ? "Disable" : "Enable"}
        </Button>
        <RenewSecret webhookId={id} host={host} />
        <DeleteWebhook webhookId={id} host={host} />
      </Td>
    </Tr>
  );
}

/** "hooks.example.com", what a webhook is called in a sentence: the rest of its address may be secret. */
export function hostOf(url: string): string {
  return new URL(url).host;
}
