import { Buffer } from "node:buffer";
import { type KeyObject, randomBytes } from "node:crypto";
import { encoding, readElement } from "@/lib/certificates/asn1-element";
import { type CertificateReading, parseCertificate } from "@/lib/certificates/parse";
import { formatPem } from "@/lib/certificates/pem";
import { constraintsExtension, type NameConstraints } from "./constraints";
import { boolean, explicit, integer, objectIdentifier, sequence, time, unsigned } from "./der";
import {
  alternativeNames,
  authorityInformationAccess,
  authorityKeyIdentifier,
  crlDistributionPoints,
  extension,
  keyUsage,
  type PublishedAt,
  type Subject,
  signed,
  subjectKeyIdentifier,
  subjectName,
} from "./fields";
import { keyIdOf, publicKeyInfo, signatureAlgorithm } from "./keys";
import { type CertificateName, COMMON_NAME_LIMIT } from "./names";

/** Before the present moment, so that a machine whose clock is late takes a certificate that was just made. Milliseconds. */
export const BACKDATED_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

/** Who signs: a certificate of an authority with its key. */
export type Signer = {
  /** Name in DER, octet for octet as in its certificate. */
  name: Buffer;
  /** Subject key identifier of its certificate. */
  keyId: Buffer;
  /** SubjectPublicKeyInfo in DER. */
  publicKey: Buffer;
  notBefore: Date;
  notAfter: Date;
  key: KeyObject;
};

export type MadeCertificate = {
  der: Buffer;
  /** 64 columns, no final newline. */
  pem: string;
  /** Lower-case hex without zeros in front. */
  serialHex: string;
  notBefore: Date;
  notAfter: Date;
};

type AuthorityOrder = {
  subject: Subject;
  key: KeyObject;
  /** How many authorities may stand between it and a leaf. */
  pathLength: number;
  constraints: NameConstraints;
  now: Date;
  /** From now; never beyond who signs. */
  notAfter: Date;
};

/** A certificate of an authority that signs itself. */
export function makeRoot(order: AuthorityOrder): MadeCertificate {
  const publicKey = publicKeyInfo(order.key);
  const name = subjectName(order.subject);
  const keyId = keyIdOf(publicKey);
  return certify(
    { name, keyId, key: order.key },
    {
      ...{ subject: name, publicKey, ...periodOf(order.now, order.notAfter) },
      extensions: [...authorityExtensions(order), subjectKeyIdentifier(keyId)],
    },
  );
}

/** A certificate of an authority below another. */
export function makeIntermediate(order: AuthorityOrder & { signer: Signer; published: PublishedAt }): MadeCertificate {
  const publicKey = publicKeyInfo(order.key);
  return certify(order.signer, {
    ...{ subject: subjectName(order.subject), publicKey, ...periodWithin(order.signer, order.now, order.notAfter) },
    extensions: [...authorityExtensions(order), ...identifiersAndPlaces(order.signer, publicKey, order.published)],
  });
}

export type LeafOrder = {
  signer: Signer;
  /** SubjectPublicKeyInfo in DER. */
  publicKey: Buffer;
  /** "RSA 2048", "EC P-256". */
  keyAlgorithm: string;
  names: readonly CertificateName[];
  /** One of the names, or null. Left out of the subject where it is too long for one. */
  commonName: string | null;
  /** The whole of its validity, in days. */
  days: number;
  published: PublishedAt;
  now: Date;
};

/**
 * A certificate for servers and clients. It begins five minutes before now and is valid for exactly so many days, less
 * where the authority ends before; the last second counts (RFC 5280 §4.1.2.5).
 */
export function makeLeaf(order: LeafOrder): MadeCertificate {
  const { signer, names, publicKey } = order;
  const commonName = names.some(({ value }) => value === order.commonName) ? order.commonName : null;
  const isInSubject = commonName !== null && commonName.length <= COMMON_NAME_LIMIT;
  const last = new Date(order.now.getTime() - BACKDATED_MS + order.days * DAY_MS - 1_000);
  const isRsa = order.keyAlgorithm.startsWith("RSA");
  return certify(signer, {
    ...{ subject: subjectName({ commonName: isInSubject ? commonName : null }), publicKey },
    ...periodWithin(signer, order.now, last),
    extensions: [
      extension("2.5.29.19", sequence(), true),
      keyUsage(isRsa ? ["digitalSignature", "keyEncipherment"] : ["digitalSignature"]),
      extension("2.5.29.37", sequence(...SERVER_AND_CLIENT.map(objectIdentifier))),
      ...identifiersAndPlaces(signer, publicKey, order.published),
      extension("2.5.29.17", alternativeNames(names), !isInSubject),
    ],
  });
}

const SERVER_AND_CLIENT = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];

/** Reads who signs from its certificate, in DER, and its key. */
export function signerOf(certificate: Uint8Array, key: KeyObject): Signer & { reading: CertificateReading } {
  const root = readElement(certificate);
  const reading = root && parseCertificate(root, formatPem(certificate), { block: 1, blocks: 1 });
  if (reading?.kind !== "certificate") throw new Error("the certificate of an authority cannot be read");
  const { subjectKeyId, notBefore, notAfter } = reading.parsed;
  const publicKey = encoding(reading.publicKey);
  const keyId = subjectKeyId === null ? keyIdOf(publicKey) : Buffer.from(subjectKeyId, "hex");
  return { name: reading.subjectOctets, keyId, publicKey, notBefore, notAfter, key, reading };
}

function authorityExtensions({ pathLength, constraints }: AuthorityOrder): Buffer[] {
  return [
    extension("2.5.29.19", sequence(boolean(true), integer(pathLength)), true),
    keyUsage(["digitalSignature", "keyCertSign", "cRLSign"]),
    ...constraintsExtension(constraints),
  ];
}

function identifiersAndPlaces(signer: Signer, publicKey: Buffer, published: PublishedAt): Buffer[] {
  return [
    subjectKeyIdentifier(keyIdOf(publicKey)),
    authorityKeyIdentifier(signer.keyId),
    crlDistributionPoints(published),
    authorityInformationAccess(published),
  ];
}

type Period = { notBefore: Date; notAfter: Date };

/** Whole seconds, which is all that a certificate can say. */
function periodOf(now: Date, notAfter: Date): Period {
  return { notBefore: toSecond(now.getTime() - BACKDATED_MS), notAfter: toSecond(notAfter.getTime()) };
}

/** Never before nor beyond the certificate of who signs. */
function periodWithin(signer: Signer, now: Date, last: Date): Period {
  const { notBefore, notAfter } = periodOf(now, last);
  return {
    notBefore: signer.notBefore > notBefore ? signer.notBefore : notBefore,
    notAfter: signer.notAfter < notAfter ? signer.notAfter : notAfter,
  };
}

function toSecond(moment: number): Date {
  return new Date(Math.floor(moment / 1_000) * 1_000);
}

type ToCertify = Period & { subject: Buffer; publicKey: Buffer; extensions: Buffer[] };

function certify(signer: Pick<Signer, "name" | "keyId" | "key">, order: ToCertify): MadeCertificate {
  const serial = newSerial();
  const toBeSigned = sequence(
    explicit(0, integer(2)),
    unsigned(serial),
    signatureAlgorithm(signer.key),
    signer.name,
    sequence(time(order.notBefore), time(order.notAfter)),
    order.subject,
    order.publicKey,
    explicit(3, sequence(...order.extensions)),
  );
  const der = signed(toBeSigned, signer.key);
  const { notBefore, notAfter } = order;
  return { der, pem: formatPem(der), serialHex: serial.toString("hex"), notBefore, notAfter };
}

/** Sixteen octets with 126 random bits: positive, without zeros in front, and always of one length. */
function newSerial(): Buffer {
  const octets = randomBytes(16);
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40;
  return octets;
}
