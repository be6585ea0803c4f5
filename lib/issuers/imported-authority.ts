import "server-only";
import { Buffer } from "node:buffer";
import { createPublicKey, type KeyObject } from "node:crypto";
import type { CertificateGroup } from "@/lib/certificates/chain";
import { groupsOf } from "@/lib/certificates/file-keys";
import { openCertificateFile } from "@/lib/certificates/file-opening";
import type { ParsedCertificate } from "@/lib/certificates/parse";
import { readCertificateSet } from "@/lib/certificates/parse-file";
import { constraintsOf } from "@/lib/pki/constraints-reading";
import { judgeKey } from "@/lib/pki/keys";

/** A CA that there is already: the certificate that signs with its key, and those above it, nearest first. */
export type ImportedAuthority = { certificate: ParsedCertificate; chain: ParsedCertificate[]; key: KeyObject };

type Given = { certificates: string; privateKey: string; password: string };
type Refused = { sentence: string };

/** Reads what somebody pasted, and tries whether leaves that are signed with it will be believed. Never throws for any input. */
export async function readImportedAuthority(given: Given, now: Date): Promise<ImportedAuthority | Refused> {
  const certificates = await openCertificateFile(Buffer.from(given.certificates), given.password);
  if (certificates.kind === "refused") return { sentence: wordedForText(certificates.sentence) };
  const keys = await openCertificateFile(Buffer.from(given.privateKey), given.password);
  if (keys.kind === "refused") return { sentence: wordedForText(keys.sentence) };
  const [key, ...others] = keys.keys;
  if (key === undefined || others.length > 0) return { sentence: "Paste the one private key of the CA." };
  const all = certificates.groups.flatMap(({ certificate, chain }) => [certificate, ...chain]);
  const arranged = readCertificateSet(all.map(({ der }) => der));
  if (arranged.kind === "refused") return { sentence: wordedForText(arranged.sentence) };
  const lines = arranged.groups.flatMap(linesFrom);
  const [line, ...more] = groupsOf(key, lines);
  if (line === undefined) return { sentence: "The private key does not belong to any of the certificates." };
  if (more.some(({ certificate }) => certificate.fingerprint !== line.certificate.fingerprint))
    return { sentence: "The private key belongs to more than one of the certificates. Paste the one that is to sign." };
  const problem = problemOf(line, now) ?? problemOfKey(key.key);
  return problem === null ? { ...line, key: key.key } : { sentence: problem };
}

/** Every certificate of a chain as the first of what stands above it. */
function linesFrom({ certificate, chain }: CertificateGroup): CertificateGroup[] {
  return [certificate, ...chain].map((first, index) => ({ certificate: first, chain: chain.slice(index) }));
}

function problemOfKey(key: KeyObject): string | null {
  const judged = judgeKey(createPublicKey(key));
  return "sentence" in judged ? judged.sentence : null;
}

function problemOf({ certificate, chain }: CertificateGroup, now: Date): string | null {
  const { isCa, keyUsage } = certificate;
  if (!isCa) return "The certificate that the key belongs to is no certificate authority.";
  if (!keyUsage.includes("keyCertSign")) return "The CA may not sign certificates: its key usage lacks keyCertSign.";
  if (!keyUsage.includes("cRLSign")) return "The CA may not sign revocation lists: its key usage lacks cRLSign.";
  for (const [below, link] of [certificate, ...chain].entries()) {
    const name = below === 0 ? "The CA" : `“${link.commonName ?? link.subject}”, above the CA,`;
    if (link.notAfter < now) return `${name} expired on ${dayOf(link.notAfter)}.`;
    if (link.notBefore > now) return `${name} is not valid before ${dayOf(link.notBefore)}.`;
    if (!link.isCa) return `${name} is no certificate authority.`;
    // Of those below the link, the leaf does not count (RFC 5280 §4.2.1.9).
    if (link.pathLength !== null && link.pathLength < below)
      return `${name} allows ${link.pathLength} authorities below it, and there are ${below}.`;
    if (constraintsOf(link.der) === null)
      return `${name} has name constraints of a kind that Certsweep cannot keep, such as directory names.`;
  }
  return null;
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** What is said of uploads, said of text that was pasted. */
function wordedForText(sentence: string): string {
  return sentence
    .replaceAll("This file", "This text")
    .replaceAll("this file", "this text")
    .replace(" and upload the file again.", " and try again.")
    .replace(", so nothing of the file was added", "");
}
