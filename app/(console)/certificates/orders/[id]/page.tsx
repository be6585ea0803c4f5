import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { AuthorizationList } from "@/components/orders/authorization-list";
import { KeepFresh } from "@/components/orders/keep-fresh";
import { OrderButtons } from "@/components/orders/order-buttons";
import { OrderFacts } from "@/components/orders/order-facts";
import { OrderProgress } from "@/components/orders/order-progress";
import { isOpen, namesText } from "@/components/orders/order-words";
import { ButtonLink } from "@/components/ui/button-link";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { admitToPage } from "@/lib/auth/gate";
import { roleMay } from "@/lib/auth/rules";
import { visibleText } from "@/lib/certificates/rules";
import { readOrder } from "@/lib/orders/queries";

export const metadata: Metadata = { title: "Order" };

export default async function OrderPage({ params }: PageProps<"/certificates/orders/[id]">) {
  const now = new Date();
  const scope = await admitToPage("certificates:read", now);
  const id = z.uuid().safeParse((await params).id).data;
  const order = id === undefined ? null : await readOrder(scope, id, now);
  if (order === null) notFound();
  const { state, certificateId, problem, authorizations, steps } = order;
  // What somebody has to do stands first.
  const names = <AuthorizationList authorizations={authorizations} state={state} />;
  return (
    <>
      <PageHeader
        title={<bdi>{namesText(order.names)}</bdi>}
        actions={
          <>
            {certificateId === null ? null : (
              <ButtonLink href={{ pathname: `/certificates/${certificateId}` }} variant="primary">
                Show certificate
              </ButtonLink>
            )}
            {roleMay(scope.role, "certificates:issue") ? (
              <OrderButtons orderId={order.id} state={state} hasProblem={problem !== null} />
            ) : null}
            <ButtonLink href="/certificates/orders">All orders</ButtonLink>
          </>
        }
      >
        {order.kind === "renew" ? "Renewal" : "Order"} at {visibleText(order.issuer.name)}
      </PageHeader>
      {problem === null ? null : (
        <div className="mb-5">
          <Notice
            tone={state === "failed" ? "danger" : "warning"}
            title={state === "failed" ? "The order failed" : "The last attempt failed"}
          >
            <p className="wrap-anywhere">{visibleText(problem)}</p>
          </Notice>
        </div>
      )}
      {state === "waiting_for_dns" ? names : null}
      <Section title="Details">
        <OrderFacts order={order} mayManageIssuers={roleMay(scope.role, "issuers:manage")} now={now} />
      </Section>
      {state === "waiting_for_dns" ? null : names}
      <OrderProgress steps={steps} now={now} />
      <KeepFresh state={state} isRunning={isOpen(state)} />
    </>
  );
}
