import "server-only";
import { X509Certificate } from "node:crypto";
import { AcmeRefusal } from "@/lib/acme/failures";
import { type AcmeSession, openSession } from "@/lib/acme/session";
import type { AcmePlace } from "@/lib/acme/transport";
import { IssuerError } from "@/lib/issuers/failure";
import { REVOCATION_REASON_CODES, type RevocationReason } from "@/lib/revocation/rules";

/** Both null where the account is not known here any more. */
type Account = AcmePlace & { accountKey: string | null; accountUrl: string | null };

type Revocation = {
  /** PEM of the certificate alone. */
  certificatePem: string;
  /** PKCS#8 PEM of its own key; null where it is not held. */
  privateKeyPem: string | null;
  reason: RevocationReason;
};

/**
 * Has a CA revoke a certificate: by the account that ordered it or, where the CA does not know that (any more), by the
 * certificate's own key. "already" is what a CA says that has revoked it before. @throws IssuerError
 */
export async function revokeAtAcme(
  { accountKey, accountUrl, ...place }: Account,
  { certificatePem, privateKeyPem, reason }: Revocation,
  signal: AbortSignal,
): Promise<"revoked" | "already"> {
  const payload = payloadOf(certificatePem, reason);
  const byOwnKey = async (key: string) => {
    const session = openSession(place, { key, accountUrl: null }, signal);
    return outcomeOf(async (url) => session.postByKey(url, payload), session);
  };
  if (accountKey === null || accountUrl === null) {
    if (privateKeyPem !== null) return byOwnKey(privateKeyPem);
    throw new IssuerError(
      "credentials",
      "Neither the account that ordered it nor its private key is here, so its CA takes no order to revoke it.",
      null,
    );
  }
  const session = openSession(place, { key: accountKey, accountUrl }, signal);
  try {
    return await outcomeOf((url) => session.post(url, payload), session);
  } catch (error) {
    const isUnknownAccount = error instanceof AcmeRefusal && error.kind === "credentials";
    if (isUnknownAccount && privateKeyPem !== null) return byOwnKey(privateKeyPem);
    throw error;
  }
}

async function outcomeOf(
  send: (url: string) => Promise<unknown>,
  session: AcmeSession,
): Promise<"revoked" | "already"> {
  const { revokeCert } = await session.directory();
  try {
    await send(revokeCert);
    return "revoked";
  } catch (error) {
    if (error instanceof AcmeRefusal && error.type === "alreadyRevoked") return "already";
    throw error;
  }
}

/** Some CAs refuse the code of "unspecified", which is what none means (RFC 5280 §5.3.1). */
function payloadOf(certificatePem: string, reason: RevocationReason): object {
  const certificate = new X509Certificate(certificatePem).raw.toString("base64url");
  const code = REVOCATION_REASON_CODES[reason];
  return code === 0 ? { certificate } : { certificate, reason: code };
}
