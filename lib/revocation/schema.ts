import { z } from "zod";
import { REVOCATION_REASONS, type RevocationReason } from "@/lib/revocation/rules";

const certificateId = z.uuid("This is not the id of a certificate.");

export const revocationReason = z.enum(REVOCATION_REASONS, "Choose a reason.");

export const newRevocation = z.strictObject({ certificateId, reason: revocationReason });
export type NewRevocation = z.output<typeof newRevocation>;

export const knownRevocation = z.strictObject({ certificateId });

/**
 * What came of a wish to revoke. "pending": the CA has not confirmed it yet, `sentence` says why; "refused": nothing was
 * asked for, `sentence` says why.
 */
export type RevocationAnswer =
  | { kind: "revoked"; name: string }
  | { kind: "pending" | "refused"; name: string; sentence: string };

/** A revocation that its CA has not confirmed yet. */
export type PendingRevocation = {
  issuerId: string;
  reason: RevocationReason;
  askedAt: Date;
  askedByLabel: string;
  attempts: number;
  /** Why the last attempt failed, as a sentence. */
  error: string | null;
  /** Null where it does not happen by itself any more. */
  nextAttemptAt: Date | null;
  /** Its CA is being asked at this moment. */
  isBusy: boolean;
};
