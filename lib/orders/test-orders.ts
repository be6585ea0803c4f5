import { and, eq } from "drizzle-orm";
import { runMigrations } from "graphile-worker";
import { beforeAll } from "vitest";
import { GET } from "@/app/.well-known/acme-challenge/[token]/route";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import { issuances, orders } from "@/drizzle/schema/orders";
import type { AcmeAnswers } from "@/e2e/acme-answers";
import type { PersonScope } from "@/lib/auth/scope";
import { createPrivateIssuer } from "@/lib/issuers/authorities";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { placeOrder } from "@/lib/orders/commands";
import { scopeOfOrder } from "@/lib/orders/job";
import type { OrderWish } from "@/lib/orders/place";
import { workThroughOrders } from "@/lib/orders/work";

export const NO_HURRY = new AbortController().signal;
export const clock = () => new Date();

/** Orders leave jobs behind; after useTestDatabase. */
export function useJobs(): void {
  beforeAll(() => runMigrations({ connectionString: process.env.DATABASE_URL ?? "", schema: JOB_SCHEMA }));
}

/** A private CA that signs for 90 days at most, and for names in example.test. */
export async function makePrivateIssuer(admin: PersonScope, name = "Own CA"): Promise<string> {
  const made = { name, organisation: "Example", keyAlgorithm: "ec_p256", rootYears: 10, intermediateYears: 5 } as const;
  const bounds = { permitted: ["example.test"], excluded: [], maxDays: 90, renewAutomatically: true };
  return (await createPrivateIssuer(admin, { ...made, ...bounds }, clock())).issuerId;
}

/** Has the CA's requests answered by the route itself. */
export function answerByRoute(answers: AcmeAnswers): void {
  answers.answer(async (token) => {
    const answer = await GET(new Request(`http://any.example/${token}`), { params: Promise.resolve({ token }) });
    return answer.status === 200 ? await answer.text() : null;
  });
}

/** One round of the job. */
export function work(at: () => Date = clock, signal: AbortSignal = NO_HURRY): Promise<void> {
  return workThroughOrders({ clock: at, signal, scopeOf: scopeOfOrder });
}

export async function order(scope: PersonScope, wish: Partial<OrderWish> & { issuerId: string }): Promise<string> {
  const common = { names: ["www.example.test"], keyAlgorithm: null, csr: null, days: null, challenge: null };
  const placed = await placeOrder(scope, { ...common, ...wish }, clock());
  if (placed.kind === "refused") throw new Error(placed.sentence);
  return placed.orderId;
}

export async function orderOf(scope: PersonScope, orderId: string) {
  const [row] = await database()
    .select()
    .from(orders)
    .where(and(eq(orders.accountId, scope.accountId), eq(orders.id, orderId)));
  if (row === undefined) throw new Error("there is no such order");
  return row;
}

export async function issuanceOf(scope: PersonScope, certificateId: string | null) {
  const [row] = await database()
    .select()
    .from(issuances)
    .where(and(eq(issuances.accountId, scope.accountId), eq(issuances.certificateId, certificateId ?? "")));
  if (row === undefined) throw new Error("there is no such issuance");
  return row;
}

export async function actionsOf(scope: PersonScope): Promise<string[]> {
  const rows = await database()
    .select({ action: auditEvents.action })
    .from(auditEvents)
    .where(eq(auditEvents.accountId, scope.accountId))
    .orderBy(auditEvents.id);
  return rows.map(({ action }) => action);
}
