import { Buffer } from "node:buffer";
import type { KeyObject } from "node:crypto";
import {
  bitString,
  boolean,
  explicit,
  implicit,
  namedBits,
  objectIdentifier,
  octetString,
  printableString,
  sequence,
  setOf,
  utf8String,
} from "./der";
import { signatureAlgorithm, signWith } from "./keys";
import { addressOctets, type CertificateName } from "./names";

/** What a subject here consists of; null or "" leaves a part out. */
export type Subject = {
  commonName: string | null;
  organisation?: string | null;
  /** Two letters, ISO 3166. */
  country?: string | null;
};

/** A Name in DER, the most general attribute first, as issuers write them: C, O, CN. */
export function subjectName({ commonName, organisation, country }: Subject): Buffer {
  const attribute = (type: string, value: Buffer) => setOf(sequence(objectIdentifier(type), value));
  return sequence(
    ...(country ? [attribute("2.5.4.6", printableString(country))] : []),
    ...(organisation ? [attribute("2.5.4.10", utf8String(organisation))] : []),
    ...(commonName ? [attribute("2.5.4.3", utf8String(commonName))] : []),
  );
}

/** GeneralNames (RFC 5280 §4.2.1.6) in DER. */
export function alternativeNames(names: readonly CertificateName[]): Buffer {
  return sequence(
    ...names.map(({ kind, value }) =>
      kind === "dns" ? implicit(2, Buffer.from(value)) : implicit(7, addressOctets(value)),
    ),
  );
}

/** The GeneralName of an address on the web. */
export function uriName(url: string): Buffer {
  return implicit(6, Buffer.from(url));
}

/** One extension: its identifier, whether it is critical, and its value wrapped. */
export function extension(identifier: string, value: Uint8Array, critical = false): Buffer {
  return sequence(objectIdentifier(identifier), ...(critical ? [boolean(true)] : []), octetString(value));
}

export function subjectKeyIdentifier(keyId: Uint8Array): Buffer {
  return extension("2.5.29.14", octetString(keyId));
}

export function authorityKeyIdentifier(keyId: Uint8Array): Buffer {
  return extension("2.5.29.35", sequence(implicit(0, keyId)));
}

/** The bits of RFC 5280 §4.2.1.3. */
export const KEY_USAGE_BITS = { digitalSignature: 0, keyEncipherment: 2, keyCertSign: 5, cRLSign: 6 } as const;

export function keyUsage(usages: readonly (keyof typeof KEY_USAGE_BITS)[]): Buffer {
  return extension("2.5.29.15", namedBits(usages.map((usage) => KEY_USAGE_BITS[usage])), true);
}

/** Where a certificate's status and issuer are published. */
export type PublishedAt = { crlUrl: string; ocspUrl: string; issuerUrl: string };

export function crlDistributionPoints({ crlUrl }: PublishedAt): Buffer {
  return extension("2.5.29.31", sequence(sequence(explicit(0, explicit(0, uriName(crlUrl))))));
}

export function authorityInformationAccess({ ocspUrl, issuerUrl }: PublishedAt): Buffer {
  return extension(
    "1.3.6.1.5.5.7.1.1",
    sequence(
      sequence(objectIdentifier("1.3.6.1.5.5.7.48.1"), uriName(ocspUrl)),
      sequence(objectIdentifier("1.3.6.1.5.5.7.48.2"), uriName(issuerUrl)),
    ),
  );
}

/** What X.509 signs everywhere: the signed part, the algorithm, the signature; and what stands behind them. */
export function signed(toBeSigned: Buffer, key: KeyObject, ...behind: Buffer[]): Buffer {
  return sequence(toBeSigned, signatureAlgorithm(key), bitString(signWith(key, toBeSigned)), ...behind);
}
