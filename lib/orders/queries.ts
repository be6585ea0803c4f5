import "server-only";
import { and, asc, desc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { issuances, orders } from "@/drizzle/schema/orders";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { readIssuerNames } from "@/lib/issuers/queries";
import type { OrderShowing } from "@/lib/orders/rules";
import type { IssuanceView, OrderRow, OrderView } from "@/lib/orders/schema";
import { beyondId } from "@/lib/paging/predicates";
import { type Page, type Position, readPage } from "@/lib/paging/rules";

const listed = {
  id: orders.id,
  issuerId: orders.issuerId,
  kind: orders.kind,
  names: orders.names,
  state: orders.state,
  requestedAt: orders.requestedAt,
  requestedByLabel: orders.requestedByLabel,
  endedAt: orders.endedAt,
  certificateId: orders.certificateId,
};

const SHOWN: Record<OrderShowing, SQL | undefined> = {
  all: undefined,
  open: isNull(orders.endedAt),
  issued: eq(orders.state, "issued"),
  failed: inArray(orders.state, ["failed", "canceled"]),
};

/** A page of the account's orders, newest first; of one issuer where it is given. */
export async function pageOrders(
  scope: Scope,
  { show, issuerId }: { show: OrderShowing; issuerId?: string | undefined },
  position: Position<string>,
): Promise<Page<OrderRow, string>> {
  const { rows, ...places } = await readPage(position, {
    read: (stretch) =>
      database()
        .select(listed)
        .from(orders)
        .where(
          and(
            eq(orders.accountId, scope.accountId),
            issuerId === undefined ? undefined : eq(orders.issuerId, issuerId),
            SHOWN[show],
            beyondId(orders.id, stretch, "falling"),
          ),
        )
        .orderBy((stretch.towards === "end" ? desc : asc)(orders.id))
        .limit(stretch.limit),
    placeOf: ({ id }) => id,
  });
  return { ...places, rows: await named(scope, rows) };
}

/** Orders with what their issuer is called, which an issuer keeps for as long as it has orders. */
async function named<Row extends { issuerId: string }>(scope: Scope, rows: readonly Row[]) {
  const names = await readIssuerNames(
    scope,
    rows.map(({ issuerId }) => issuerId),
  );
  return rows.map(({ issuerId, ...row }) => ({
    ...row,
    issuer: { id: issuerId, name: names.get(issuerId)?.name ?? "" },
  }));
}

/** One order; null when the account has none with this id. */
export async function readOrder(scope: Scope, orderId: string, now: Date): Promise<OrderView | null> {
  const rows = await database()
    .select({
      ...listed,
      replacesId: orders.replacesId,
      keyAlgorithm: orders.keyAlgorithm,
      days: orders.days,
      challenge: orders.challenge,
      steps: orders.steps,
      authorizations: orders.authorizations,
      problem: orders.problem,
      attempts: orders.attempts,
      nextAttemptAt: orders.nextAttemptAt,
      isBusy: sql<boolean>`(${orders.leaseUntil} is not null and ${orders.leaseUntil} > ${at(now)})`,
    })
    .from(orders)
    .where(and(eq(orders.accountId, scope.accountId), eq(orders.id, orderId)));
  const [view] = await named(scope, rows);
  return view === undefined ? null : { ...view, authorizations: view.authorizations ?? [] };
}

/** How a certificate was issued here; null when it was not. It may be asked of one that is gone. */
export async function readIssuance(scope: Scope, certificateId: string): Promise<IssuanceView | null> {
  const [row] = await database()
    .select({
      issuerId: issuances.issuerId,
      orderId: issuances.orderId,
      renewAt: issuances.renewAt,
      renewedById: issuances.renewedById,
      renewalProblem: issuances.renewalProblem,
      renewsId: orders.replacesId,
    })
    .from(issuances)
    .leftJoin(orders, and(eq(orders.accountId, issuances.accountId), eq(orders.id, issuances.orderId)))
    .where(and(eq(issuances.accountId, scope.accountId), eq(issuances.certificateId, certificateId)));
  if (row === undefined) return null;
  const { issuerId, ...rest } = row;
  const issuer = (await readIssuerNames(scope, [issuerId])).get(issuerId);
  return { ...rest, issuer: issuer ?? { id: issuerId, name: "", isRetired: true, renewAutomatically: false } };
}
