import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { isIPv4, SocketAddress } from "node:net";
import { Set as AsnSet, BitString, Integer, OctetString, Sequence, Utf8String } from "asn1js";
import {
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralNames,
  RelativeDistinguishedNames,
  Time,
  TimeType,
} from "pkijs";
import { formatPem } from "./pem";

const keyAlgorithms = {
  "EC P-256": { name: "ECDSA", namedCurve: "P-256" },
  "EC P-384": { name: "ECDSA", namedCurve: "P-384" },
  "RSA 2048": {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash: "SHA-256",
  },
} as const;
export type GeneratedKeyAlgorithm = keyof typeof keyAlgorithms;

export type GeneratedCertificate = {
  /** 64 columns, no final newline. */
  pem: string;
  der: Buffer<ArrayBuffer>;
  /** Extractable, so that it can be written out. */
  privateKey: CryptoKey;
};

export type CertificateOrder = {
  /** "" leaves the subject empty. */
  subjectCommonName: string;
  organisation?: string;
  dnsNames?: string[];
  ipAddresses?: string[];
  /** Whole seconds; what lies below is cut off. */
  notBefore: Date;
  notAfter: Date;
  /** Who signs it; left out, it signs itself. */
  issuer?: GeneratedCertificate;
  isCa?: boolean;
  /** Default "EC P-256". */
  keyAlgorithm?: GeneratedKeyAlgorithm;
  /** The keys of another certificate, as renewals may have; left out, fresh ones. */
  keys?: CryptoKeyPair;
};

/** Makes a certificate with a fresh key and a random serial number: for samples and tests, never for use. */
export async function generateCertificate(order: CertificateOrder): Promise<GeneratedCertificate> {
  const { subtle } = globalThis.crypto;
  const algorithm = keyAlgorithms[order.keyAlgorithm ?? "EC P-256"];
  const keys = order.keys ?? (await subtle.generateKey(algorithm, true, ["sign", "verify"]));
  const certificate = new Certificate({ version: 2 });
  certificate.serialNumber = new Integer({ valueHex: randomSerial() });
  certificate.subject = makeName(order);
  const issuer = order.issuer && Certificate.fromBER(order.issuer.der);
  certificate.issuer = issuer?.subject ?? certificate.subject;
  certificate.notBefore = toTime(order.notBefore);
  certificate.notAfter = toTime(order.notAfter);
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  const subjectKeyId = await keyIdOf(certificate);
  const authorityKeyId = issuer === undefined ? subjectKeyId : await keyIdOf(issuer);
  certificate.extensions = listExtensions(order, subjectKeyId, authorityKeyId);
  await certificate.sign(order.issuer?.privateKey ?? keys.privateKey, "SHA-256");
  const der = Buffer.from(certificate.toSchema().toBER());
  return { pem: formatPem(der), der, privateKey: keys.privateKey };
}

/** Sixteen random octets, positive and without a leading zero octet. */
function randomSerial(): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(randomBytes(16));
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40;
  return octets;
}

/** One SET an attribute, as issuers write names; built here because pkijs would put all into one multi-valued SET. */
function makeName({ organisation, subjectCommonName }: CertificateOrder): RelativeDistinguishedNames {
  const set = (type: string, value: string) =>
    new AsnSet({ value: [new AttributeTypeAndValue({ type, value: new Utf8String({ value }) }).toSchema()] });
  const sets = organisation === undefined ? [] : [set("2.5.4.10", organisation)];
  if (subjectCommonName !== "") sets.push(set("2.5.4.3", subjectCommonName));
  return RelativeDistinguishedNames.fromBER(new Sequence({ value: sets }).toBER());
}

/** RFC 5280 §4.1.2.5: two-digit years from 1950 to 2049, four digits outside. */
function toTime(date: Date): Time {
  const value = new Date(Math.floor(date.getTime() / 1_000) * 1_000);
  const year = value.getUTCFullYear();
  return new Time({ type: year >= 1950 && year <= 2049 ? TimeType.UTCTime : TimeType.GeneralizedTime, value });
}

/** RFC 5280 §4.2.1.2, method 1: SHA-1 of the key's octets. */
async function keyIdOf(certificate: Certificate): Promise<ArrayBuffer> {
  const key = certificate.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;
  return globalThis.crypto.subtle.digest("SHA-1", new Uint8Array(key));
}

function listExtensions(order: CertificateOrder, subjectKeyId: ArrayBuffer, authorityKeyId: ArrayBuffer): Extension[] {
  const { isCa = false, dnsNames = [], ipAddresses = [] } = order;
  const names = [
    ...dnsNames.map((value) => new GeneralName({ type: 2, value })),
    ...ipAddresses.map((address) => new GeneralName({ type: 7, value: toOctets(address) })),
  ];
  const extensions = [
    makeExtension("2.5.29.19", new BasicConstraints({ cA: isCa }).toSchema(), true),
    // The bits of RFC 5280 §4.2.1.3 from the left: keyCertSign and cRLSign, else digitalSignature.
    makeExtension("2.5.29.15", makeKeyUsage(isCa), true),
    makeExtension("2.5.29.14", new OctetString({ valueHex: subjectKeyId })),
    makeExtension(
      "2.5.29.35",
      new AuthorityKeyIdentifier({ keyIdentifier: new OctetString({ valueHex: authorityKeyId }) }).toSchema(),
    ),
  ];
  if (!isCa)
    extensions.push(makeExtension("2.5.29.37", new ExtKeyUsage({ keyPurposes: ["1.3.6.1.5.5.7.3.1"] }).toSchema()));
  if (names.length > 0) extensions.push(makeExtension("2.5.29.17", new GeneralNames({ names }).toSchema()));
  return extensions;
}

function makeKeyUsage(isCa: boolean): BitString {
  return isCa
    ? new BitString({ valueHex: Uint8Array.of(0x06), unusedBits: 1 })
    : new BitString({ valueHex: Uint8Array.of(0x80), unusedBits: 7 });
}

function makeExtension(extnID: string, value: { toBER(): ArrayBuffer }, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: value.toBER() });
}

/** The four or sixteen octets of an address. */
function toOctets(address: string): OctetString {
  if (isIPv4(address)) return new OctetString({ valueHex: Uint8Array.from(address.split("."), Number) });
  const { address: text } = new SocketAddress({ address, family: "ipv6" });
  const [head = "", tail] = text.split("::");
  const groupsOf = (part: string) => (part === "" ? [] : part.split(":"));
  const before = groupsOf(head);
  const after = groupsOf(tail ?? "");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  const groups = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
  return new OctetString({ valueHex: Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])) });
}
