import "server-only";
import { AcmeRefusal } from "@/lib/acme/failures";
import { type AcmeAccount, openAccount, openSession } from "@/lib/acme/session";
import type { AccountBinding, AcmePlace } from "@/lib/acme/transport";
import { IssuerError } from "@/lib/issuers/failure";

type NewAccount = { accountKey: string; contact: string | null; binding: AccountBinding | null };

/**
 * Registers an account for a key, and agrees to the CA's terms of service; answers with the account's address. A key that
 * has one keeps it. @throws IssuerError
 */
export async function registerAccount(place: AcmePlace, account: NewAccount, signal: AbortSignal): Promise<string> {
  const { accountKey, contact, binding } = account;
  const session = openSession(place, { key: accountKey, accountUrl: null, binding }, signal);
  const { newAccount, meta } = await session.directory();
  if (meta?.externalAccountRequired === true && binding === null)
    throw new IssuerError(
      "credentials",
      "This CA wants an external account binding. Enter its key ID and its HMAC key.",
    );
  const answer = await session
    .postByKey(newAccount, { termsOfServiceAgreed: true, contact: contactsOf(contact) }, { withBinding: true })
    .catch((error: unknown) => {
      throw error instanceof AcmeRefusal && binding !== null ? withBindingHint(error) : error;
    });
  const accountUrl = answer.headers.location;
  if (accountUrl !== undefined && URL.canParse(accountUrl)) return accountUrl;
  throw new IssuerError("rejected", "The CA registered an account, but did not say where it is.");
}

/** Changes whom a CA writes to about an account; null takes the address away. @throws IssuerError */
export async function changeContact(account: AcmeAccount, contact: string | null, signal: AbortSignal): Promise<void> {
  await openAccount(account, signal).post(account.accountUrl, { contact: contactsOf(contact) });
}

function contactsOf(contact: string | null): string[] {
  return contact === null ? [] : [`mailto:${contact}`];
}

function withBindingHint(error: AcmeRefusal): IssuerError {
  if (error.kind !== "credentials" && error.type !== "malformed") return error;
  return new IssuerError("credentials", `${error.message} Check the key ID and the HMAC key.`, error.retryAfterMs);
}
