import type { Metadata } from "next";
import { AddWebhook } from "@/components/notifications/add-webhook";
import { DeliveriesTable } from "@/components/notifications/deliveries-table";
import { KeepFresh } from "@/components/notifications/keep-fresh";
import { WebhooksTable } from "@/components/notifications/webhooks-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pager } from "@/components/ui/pager";
import { Section } from "@/components/ui/section";
import { admitToPage } from "@/lib/auth/gate";
import { listDeliveries, listWebhooks } from "@/lib/notifications/queries";
import { logAddress } from "@/lib/notifications/schema";

export const metadata: Metadata = { title: "Notifications" };

export default async function NotificationsPage({ searchParams }: PageProps<"/settings/notifications">) {
  const now = new Date();
  const scope = await admitToPage("notifications:manage", now);
  const address = logAddress.parse(await searchParams);
  // One after the other: the page stays fresh for as long as the log has something on its way, so the webhooks may not be older.
  const log = await listDeliveries(scope, address);
  const webhooks = await listWebhooks(scope);
  const pageAt = (id: string | null, side: "after" | "before") =>
    id === null ? null : { pathname: "/settings/notifications", query: { [side]: id } };
  return (
    <>
      <PageHeader title="Notifications" actions={<AddWebhook />}>
        Webhooks tell other systems when a cleanup run fails, is held or is interrupted.
      </PageHeader>
      {webhooks.length === 0 ? (
        <EmptyState title="No webhooks yet">
          Add the https address of a receiver, such as your chat or paging system. Every message is signed, so that the
          receiver can tell that it comes from here.
        </EmptyState>
      ) : (
        <Section title="Webhooks">
          <WebhooksTable webhooks={webhooks} now={now} />
        </Section>
      )}
      {log.rows.length === 0 ? null : (
        <Section title="Deliveries" description="What was sent in the last 90 days, newest first.">
          <DeliveriesTable deliveries={log.rows} now={now} />
          <Pager
            summary={log.rows.length === 1 ? "1 delivery" : `${log.rows.length} deliveries`}
            previous={pageAt(log.newer, "before")}
            next={pageAt(log.older, "after")}
          />
        </Section>
      )}
      <KeepFresh deliveries={log.rows} now={now} />
    </>
  );
}
