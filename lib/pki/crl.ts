import { Buffer } from "node:buffer";
import { enumerated, explicit, integer, sequence, time, unsigned } from "./der";
import { authorityKeyIdentifier, extension, signed } from "./fields";
import { signatureAlgorithm } from "./keys";
import type { Signer } from "./signing";

export type RevokedEntry = {
  /** Hex, whole octets. */
  serialHex: string;
  revokedAt: Date;
  /** CRLReason as a number; 0 is left out, as RFC 5280 §5.3.1 asks. */
  reasonCode: number;
};

/** A list of what an authority revoked, in DER (RFC 5280 §5), for all that it issues and signed by its own key. */
export function makeCrl(list: {
  signer: Signer;
  number: number;
  thisUpdate: Date;
  nextUpdate: Date;
  revoked: readonly RevokedEntry[];
}): Buffer {
  const { signer, revoked } = list;
  const toBeSigned = sequence(
    integer(1),
    signatureAlgorithm(signer.key),
    signer.name,
    time(list.thisUpdate),
    time(list.nextUpdate),
    // An empty list is left out, not written as empty.
    ...(revoked.length === 0 ? [] : [sequence(...revoked.map(entry))]),
    explicit(0, sequence(authorityKeyIdentifier(signer.keyId), extension("2.5.29.20", integer(list.number)))),
  );
  return signed(toBeSigned, signer.key);
}

function entry({ serialHex, revokedAt, reasonCode }: RevokedEntry): Buffer {
  const reason = reasonCode === 0 ? [] : [sequence(extension("2.5.29.21", enumerated(reasonCode)))];
  return sequence(unsigned(Buffer.from(serialHex, "hex")), time(revokedAt), ...reason);
}
