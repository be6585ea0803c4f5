import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import { database, type Transaction } from "@/drizzle/client";
import { constraintOf } from "@/drizzle/failures";
import { issuers } from "@/drizzle/schema/issuers";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { AppError } from "@/lib/errors";
import { changeAcmeContact } from "@/lib/issuers/acme-accounts";
import type { ChangedIssuer, RetiredIssuer } from "@/lib/issuers/schema";

const GONE = "There is no such issuer. Reload the page.";

/**
 * Changes what an issuer is called, whether it renews by itself, and whom an ACME server writes to, which is told after.
 * @throws AppError "not_found", "conflict" when the name is taken, "unavailable" when the server did not take the contact
 */
export async function changeIssuer(scope: Scope, change: ChangedIssuer, now: Date): Promise<void> {
  const { issuerId, name, contact, renewAutomatically } = change;
  try {
    const hasOtherContact = await database().transaction(async (tx) => {
      const before = await readForChange(tx, scope, issuerId);
      await tx.update(issuers).set({ name, renewAutomatically }).where(isIssuer(scope, issuerId));
      await recordAudit(tx, scope, {
        ...{ now, action: "issuer.changed", subjectId: issuerId },
        details: { name, "name.from": before.name, renewAutomatically },
      });
      return before.kind === "acme" && before.contact !== contact;
    });
    if (hasOtherContact) await changeAcmeContact(scope, { issuerId, contact }, now);
  } catch (error) {
    if (constraintOf(error) !== "issuers_name_key") throw error;
    throw new AppError("conflict", `There is an issuer called ${name} already.`, { cause: error });
  }
}

async function readForChange(tx: Transaction, scope: Scope, issuerId: string) {
  const [row] = await tx
    .select({ name: issuers.name, kind: issuers.kind, contact: issuers.contact })
    .from(issuers)
    .where(isIssuer(scope, issuerId))
    .for("update");
  if (row === undefined) throw new AppError("not_found", GONE);
  return row;
}

/** Takes an issuer out of use, or brings it back; one that is so already stays so. @throws AppError "not_found" */
export async function retireIssuer(scope: Scope, { issuerId, isRetired }: RetiredIssuer, now: Date): Promise<void> {
  await database().transaction(async (tx) => {
    const { name } = await readForChange(tx, scope, issuerId);
    const isOther = isRetired ? isNull(issuers.retiredAt) : sql`${issuers.retiredAt} is not null`;
    const changed = await tx
      .update(issuers)
      .set({ retiredAt: isRetired ? now : null })
      .where(and(isIssuer(scope, issuerId), isOther))
      .returning({ id: issuers.id });
    if (changed.length === 0) return;
    const action = isRetired ? "issuer.retired" : "issuer.restored";
    await recordAudit(tx, scope, { now, action, subjectId: issuerId, details: { name } });
  });
}

function isIssuer(scope: Scope, issuerId: string) {
  return and(eq(issuers.accountId, scope.accountId), eq(issuers.id, issuerId));
}
