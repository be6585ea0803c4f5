import "server-only";
import { and, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { constraintOf } from "@/drizzle/failures";
import { issuers } from "@/drizzle/schema/issuers";
import { changeContact, registerAccount } from "@/lib/acme/accounts";
import { AcmeRefusal } from "@/lib/acme/failures";
import { type AcmeAccount, makeAccountKey } from "@/lib/acme/session";
import type { AccountBinding, AcmePlace } from "@/lib/acme/transport";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { readCertificateFile } from "@/lib/certificates/parse-file";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { IssuerError } from "@/lib/issuers/failure";
import type { Challenge } from "@/lib/issuers/rules";
import { openSecrets, sealAccount } from "@/lib/issuers/sealed-accounts";

const CALL_TIMEOUT_MS = 60_000;

export type NewAcmeIssuer = {
  name: string;
  directoryUrl: string;
  /** An e-mail address, or null. */
  contact: string | null;
  /** External account binding, where the CA wants one; the key in base64url. */
  eab: AccountBinding | null;
  /** PEM of the CAs that the directory's own certificate is from; null for those of the system. */
  caBundle: string | null;
  challenge: Challenge;
  renewAutomatically: boolean;
};

export type CreatedIssuer =
  | { kind: "created"; issuerId: string }
  | { kind: "refused"; field: keyof NewAcmeIssuer | null; sentence: string };

/** Registers an account with an ACME server, with a fresh key, and keeps it as an issuer; nothing is kept where it says no. */
export async function createAcmeIssuer(scope: Scope, wish: NewAcmeIssuer, now: Date): Promise<CreatedIssuer> {
  const { name, directoryUrl, contact, eab, caBundle, challenge, renewAutomatically } = wish;
  if (await isTaken(scope, name)) return nameTaken(name);
  if (caBundle !== null && !isBundle(caBundle))
    return {
      kind: "refused",
      field: "caBundle",
      sentence: "The CA bundle has to be certificates in PEM and nothing else.",
    };
  const accountKey = makeAccountKey();
  const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
  try {
    const accountUrl = await registerAccount(wish, { accountKey, contact, binding: eab }, signal);
    const id = newId();
    await database().transaction(async (tx) => {
      const added = { addedAt: now, addedById: scope.actor.id, addedByLabel: scope.actor.label };
      const account = { directoryUrl, contact, caBundle, accountUrl, ...sealAccount(id, { accountKey, eab }) };
      await tx.insert(issuers).values({
        accountId: scope.accountId,
        id,
        name,
        kind: "acme",
        ...added,
        ...account,
        challenge,
        renewAutomatically,
      });
      const details = { name, kind: "acme", directory: directoryUrl };
      await recordAudit(tx, scope, { now, action: "issuer.added", subjectId: id, details });
    });
    return { kind: "created", issuerId: id };
  } catch (error) {
    if (constraintOf(error) === "issuers_name_key") return nameTaken(name);
    if (error instanceof IssuerError) return { kind: "refused", field: fieldOf(error, wish), sentence: error.message };
    throw error;
  }
}

async function isTaken(scope: Scope, name: string): Promise<boolean> {
  const ofName = and(eq(issuers.accountId, scope.accountId), eq(issuers.name, name));
  return (await database().$count(issuers, ofName)) > 0;
}

function nameTaken(name: string): CreatedIssuer {
  return { kind: "refused", field: "name", sentence: `There is an issuer called ${name} already.` };
}

function isBundle(pem: string): boolean {
  const reading = readCertificateFile(Buffer.from(pem));
  return reading.kind === "certificates" && reading.keys.length === 0 && pem.includes("-----BEGIN CERTIFICATE-----");
}

function fieldOf({ kind }: IssuerError, { eab }: NewAcmeIssuer): keyof NewAcmeIssuer {
  if (kind === "credentials") return "eab";
  return kind === "rejected" && eab === null ? "contact" : "directoryUrl";
}

/**
 * Tells an ACME server whom to write to from now on. An account that it does not know any more is registered anew, with
 * the key that it had. @throws AppError "not_found", or "unavailable" where the CA did not take it
 */
export async function changeAcmeContact(
  scope: Scope,
  { issuerId, contact }: { issuerId: string; contact: string | null },
  now: Date,
): Promise<void> {
  const { name, eab, contact: _before, ...account } = await readAccount(scope, issuerId);
  const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
  try {
    const accountUrl = await tellOrRegister(account, { contact, eab }, signal);
    await database().transaction(async (tx) => {
      await tx.update(issuers).set({ contact, accountUrl }).where(isIssuer(scope, issuerId));
      const details = { name, contact, isRegisteredAnew: accountUrl !== account.accountUrl };
      await recordAudit(tx, scope, { now, action: "issuer.changed", subjectId: issuerId, details });
    });
  } catch (error) {
    if (error instanceof IssuerError) throw new AppError("unavailable", error.message);
    throw error;
  }
}

type Told = { contact: string | null; eab: AccountBinding | null };

async function tellOrRegister(account: AcmeAccount, { contact, eab }: Told, signal: AbortSignal): Promise<string> {
  try {
    await changeContact(account, contact, signal);
    return account.accountUrl;
  } catch (error) {
    if (!(error instanceof AcmeRefusal) || (error.type !== "accountDoesNotExist" && error.status !== 404)) throw error;
    return await registerAccount(account, { accountKey: account.accountKey, contact, binding: eab }, signal);
  }
}

/**
 * Registers an account anew that its CA has forgotten, with the key, the contact and the binding that it had.
 * @throws IssuerError, AppError "not_found", "unavailable"
 */
export async function registerAgain(
  scope: Scope,
  issuerId: string,
  { now, signal }: { now: Date; signal: AbortSignal },
): Promise<AcmeAccount & { name: string }> {
  const { eab, contact, ...account } = await readAccount(scope, issuerId);
  const accountUrl = await registerAccount(account, { accountKey: account.accountKey, contact, binding: eab }, signal);
  await database().transaction(async (tx) => {
    await tx.update(issuers).set({ accountUrl }).where(isIssuer(scope, issuerId));
    const details = { name: account.name, isRegisteredAnew: true };
    await recordAudit(tx, scope, { now, action: "issuer.changed", subjectId: issuerId, details });
  });
  return { ...account, accountUrl };
}

/** An issuer's account, to be spoken in the name of. Never log it. @throws AppError "not_found", "unavailable" */
export async function openAcmeAccount(scope: Scope, issuerId: string): Promise<AcmeAccount & { name: string }> {
  const { eab: _eab, contact: _contact, ...account } = await readAccount(scope, issuerId);
  return account;
}

type Account = AcmeAccount & { name: string; contact: string | null; eab: AccountBinding | null };

async function readAccount(scope: Scope, issuerId: string): Promise<Account> {
  const [row] = await database().select().from(issuers).where(isIssuer(scope, issuerId));
  const { name, directoryUrl, accountUrl, accountBox: box, accountKeyId: keyId } = row ?? {};
  if (!name || !directoryUrl || !accountUrl || !box || !keyId)
    throw new AppError("not_found", "There is no such ACME issuer. Reload the page.");
  const { accountKey, eab } = openSecrets(issuerId, { box, keyId });
  return {
    name,
    directoryUrl,
    caBundle: row?.caBundle ?? null,
    contact: row?.contact ?? null,
    accountUrl,
    accountKey,
    eab,
  };
}

/** Where an ACME server is, without the account; null for an issuer of another kind. */
export async function readAcmePlace(scope: Scope, issuerId: string): Promise<AcmePlace | null> {
  const place = { directoryUrl: issuers.directoryUrl, caBundle: issuers.caBundle };
  const [row] = await database().select(place).from(issuers).where(isIssuer(scope, issuerId));
  return row?.directoryUrl ? { directoryUrl: row.directoryUrl, caBundle: row.caBundle } : null;
}

function isIssuer({ accountId }: Scope, issuerId: string) {
  return and(eq(issuers.accountId, accountId), eq(issuers.id, issuerId));
}
