import "server-only";
import { and, eq } from "drizzle-orm";
import { database, type Transaction } from "@/drizzle/client";
import { issuers } from "@/drizzle/schema/issuers";
import type { Scope } from "@/lib/auth/scope";
import type { Challenge } from "@/lib/issuers/rules";

/** What an order has to know of its issuer. */
export type IssuerTerms = { name: string; isRetired: boolean; renewAutomatically: boolean } & (
  | { kind: "acme"; challenge: Challenge }
  | { kind: "private_ca"; maxDays: number }
);

const terms = {
  ...{ name: issuers.name, kind: issuers.kind, retiredAt: issuers.retiredAt, maxDays: issuers.maxDays },
  ...{ challenge: issuers.challenge, renewAutomatically: issuers.renewAutomatically },
};

function isIssuer({ accountId }: Pick<Scope, "accountId">, issuerId: string) {
  return and(eq(issuers.accountId, accountId), eq(issuers.id, issuerId));
}

/** The terms of an issuer; null where the account has none with this id. */
export async function readTerms(scope: Scope, issuerId: string): Promise<IssuerTerms | null> {
  const [row] = await database().select(terms).from(issuers).where(isIssuer(scope, issuerId));
  return termsOf(row);
}

/** As they are until the transaction ends: nobody retires it meanwhile. */
export async function holdTerms(tx: Transaction, scope: Scope, issuerId: string): Promise<IssuerTerms | null> {
  const [row] = await tx.select(terms).from(issuers).where(isIssuer(scope, issuerId)).for("share");
  return termsOf(row);
}

type Row = Pick<typeof issuers.$inferSelect, keyof typeof terms>;

function termsOf(row: Row | undefined): IssuerTerms | null {
  if (row === undefined) return null;
  const { name, kind, retiredAt, renewAutomatically, maxDays, challenge } = row;
  const common = { name, renewAutomatically, isRetired: retiredAt !== null };
  // The table's checks give each kind what it needs.
  if (kind === "private_ca") return { ...common, kind, maxDays: maxDays ?? 1 };
  return { ...common, kind, challenge: challenge ?? "http-01" };
}
