"use client";

import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Sub, Table, Td, Th, Tr } from "@/components/ui/table";
import { useChange } from "@/components/ui/use-change";
import { formatDateTimeUtc, formatRelative } from "@/lib/dates/rules";
import { sendNotificationAgain } from "@/lib/notifications/actions";
import { EVENT_LABELS } from "@/lib/notifications/rules";
import type { DeliveryView } from "@/lib/notifications/schema";
import { AttemptLog } from "./attempt-log";
import { DeliveryTag } from "./delivery-tag";
import { hostOf } from "./webhook-row";

/** What was sent, where to, and what came of it. */
export function DeliveriesTable({ deliveries, now }: { deliveries: readonly DeliveryView[]; now: Date }) {
  const { run, pending, problem } = useChange();
  const sendAgain = ({ id, url }: DeliveryView) => {
    if (pending) return;
    run(() => sendNotificationAgain({ deliveryId: id }), { message: `It is on its way to ${hostOf(url)} again.` });
  };
  return (
    <>
      <div role="alert" className="not-empty:mb-4">
        {problem === null ? null : <Notice tone="danger">{problem}</Notice>}
      </div>
      <Table
        label="Deliveries"
        head={
          <>
            <Th>Event</Th>
            <Th>Webhook</Th>
            <Th>Outcome</Th>
            <Th align="end">Actions</Th>
          </>
        }
      >
        {deliveries.map((delivery) => (
          <Tr key={delivery.id}>
            <Td narrow="lead" className="wide:align-top">
              <EventName delivery={delivery} />
              <Sub>
                <time dateTime={delivery.at.toISOString()}>
                  {" "}
                  {formatDateTimeUtc(delivery.at)} ({formatRelative(delivery.at, now)})
                </time>
              </Sub>
            </Td>
            <Td className="wrap-anywhere wide:align-top">{hostOf(delivery.url)}</Td>
            <Td narrow="below" className="wide:align-top">
              <DeliveryTag status={delivery.status} />
              <span className="text-sm text-muted wide:hidden"> {hostOf(delivery.url)}</span>
              <AttemptLog delivery={delivery} now={now} />
            </Td>
            <Td narrow="actions" className="text-right wide:align-top">
              {delivery.status === "failed" ? (
                <Button
                  variant="quiet"
                  onClick={() => sendAgain(delivery)}
                  aria-label={`Send again: ${EVENT_LABELS[delivery.event]}, ${formatDateTimeUtc(delivery.at)}`}
                  explain={delivery.isWebhookEnabled ? undefined : "Its webhook is disabled. Enable it first."}
                >
                  Send again
                </Button>
              ) : null}
            </Td>
          </Tr>
        ))}
      </Table>
    </>
  );
}

/** The event, which leads to the run that it is about. */
function EventName({ delivery: { event, runId } }: { delivery: DeliveryView }) {
  if (runId === null) return <span className="font-medium">{EVENT_LABELS[event]}</span>;
  return (
    <Link
      href={{ pathname: `/settings/cleanup/runs/${runId}` }}
      prefetch={false}
      className="font-medium hover:underline"
    >
      {EVENT_LABELS[event]}
    </Link>
  );
}
