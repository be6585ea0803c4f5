import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import { database, type Transaction } from "@/drizzle/client";
import { constraintOf } from "@/drizzle/failures";
import { issuers } from "@/drizzle/schema/issuers";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { AppError } from "@/lib/errors";
import { changeAcmeContact } from "@/lib/issuers/acme-accounts";
import type { IssuerKind } from "@/lib/issuers/rules";
import type { ChangedIssuer, RetiredIssuer } from "@/lib/issuers/schema";

const GONE = "There is no such issuer. Reload the page.";

/**
 * Changes what an issuer is called and whether it renews by itself; then an ACME server is told whom it writes to, and has
 * the account registered anew where it does not know it any more. @throws AppError "not_found", "conflict" when the name is
 * taken, "unavailable" when all but the contact was changed
 */
export async function changeIssuer(scope: Scope, change: ChangedIssuer, now: Date): Promise<void> {
  const { issuerId, name, contact, renewAutomatically } = change;
  const kind = await changeHere(scope, { issuerId, name, renewAutomatically }, now);
  if (kind !== "acme") return;
  try {
    await changeAcmeContact(scope, { issuerId, contact }, now);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const sentence = `Everything is saved but the contact, which the CA did not take. ${error.message}`;
    throw new AppError(error.code, sentence, { cause: error });
  }
}

/** What is known here alone; answers with what the issuer is. */
async function changeHere(scope: Scope, change: Omit<ChangedIssuer, "contact">, now: Date): Promise<IssuerKind> {
  const { issuerId, name, renewAutomatically } = change;
  try {
    return await database().transaction(async (tx) => {
      const before = await readForChange(tx, scope, issuerId);
      await tx.update(issuers).set({ name, renewAutomatically }).where(isIssuer(scope, issuerId));
      await recordAudit(tx, scope, {
        ...{ now, action: "issuer.changed", subjectId: issuerId },
        details: { name, "name.from": before.name, renewAutomatically },
      });
      return before.kind;
    });
  } catch (error) {
    if (constraintOf(error) !== "issuers_name_key") throw error;
    throw new AppError("conflict", `There is an issuer called ${name} already.`, { cause: error });
  }
}

async function readForChange(tx: Transaction, scope: Scope, issuerId: string) {
  const [row] = await tx
    .select({ name: issuers.name, kind: issuers.kind })
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
