import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import {
  element,
  enumerated,
  explicit,
  generalizedTime,
  implicit,
  objectIdentifier,
  octetString,
  sequence,
} from "./der";
import { signed } from "./fields";
import { keyIdOf, publicKeyOctets } from "./keys";
import type { CertId } from "./ocsp-request";
import type { Signer } from "./signing";

/** What an authority says of one certificate. */
export type CertStatus = { kind: "good" } | { kind: "revoked"; at: Date; reasonCode: number } | { kind: "unknown" };

/** Whether a certificate that is asked about would be this authority's: its name and its key have these hashes. */
export function isIssuedBy(certId: CertId, authority: Pick<Signer, "name" | "publicKey">): boolean {
  if (certId.hash === null) return false;
  const digest = (octets: Buffer) => Buffer.from(hash(certId.hash ?? "sha1", octets), "hex");
  return (
    digest(authority.name).equals(certId.nameHash) &&
    digest(publicKeyOctets(authority.publicKey)).equals(certId.keyHash)
  );
}

/** A signed answer for each certificate that was asked about, in the order of the request, with its nonce if it had one. */
export function makeOcspAnswer(answer: {
  signer: Signer;
  statuses: readonly { certId: CertId; status: CertStatus }[];
  thisUpdate: Date;
  nextUpdate: Date;
  /** The extension as it came. */
  nonce: Buffer | null;
}): Buffer {
  const { signer, thisUpdate, nextUpdate, nonce } = answer;
  const singles = answer.statuses.map(({ certId, status }) =>
    sequence(certId.der, statusValue(status), generalizedTime(thisUpdate), explicit(0, generalizedTime(nextUpdate))),
  );
  const body = sequence(
    // By the hash of its key, which is SHA-1 whatever the certificate's own identifier is (RFC 6960 §4.2.1).
    explicit(2, octetString(keyIdOf(signer.publicKey))),
    generalizedTime(thisUpdate),
    sequence(...singles),
    ...(nonce === null ? [] : [explicit(1, sequence(nonce))]),
  );
  const basic = octetString(signed(body, signer.key));
  return sequence(enumerated(0), explicit(0, sequence(objectIdentifier("1.3.6.1.5.5.7.48.1.1"), basic)));
}

const GOOD = 0;
const REVOKED = 0xa1;
const UNKNOWN = 2;

function statusValue(status: CertStatus): Buffer {
  switch (status.kind) {
    case "good":
      return implicit(GOOD, Buffer.alloc(0));
    case "unknown":
      return implicit(UNKNOWN, Buffer.alloc(0));
    case "revoked": {
      const reason = status.reasonCode === 0 ? [] : [explicit(0, enumerated(status.reasonCode))];
      return element(REVOKED, generalizedTime(status.at), ...reason);
    }
  }
}

/** Why there is no answer (RFC 6960 §4.2.1). */
const FAILURES = { malformedRequest: 1, internalError: 2, tryLater: 3, unauthorized: 6 } as const;
export type OcspFailure = keyof typeof FAILURES;

/** An answer that only says why there is none. It is not signed. */
export function makeOcspFailure(failure: OcspFailure): Buffer {
  return sequence(enumerated(FAILURES[failure]));
}
