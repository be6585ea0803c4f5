import "server-only";
import type { Scope } from "@/lib/auth/scope";
import { judgeByCrl } from "@/lib/pki/verify-crl";
import type { Judgement } from "@/lib/pki/verify-judgement";
import { judgeOcsp, makeOcspRequest } from "@/lib/pki/verify-ocsp";
import { readSinglePem, type Subject } from "@/lib/pki/verify-subject";
import { NOBODY_TO_ASK } from "@/lib/revocation/check-rules";
import { type FetchOptions, fetchAnswer, webAddresses } from "@/lib/revocation/fetch";
import { findIssuer } from "@/lib/revocation/issuer";
import { obtainList } from "@/lib/revocation/lists";
import type { CheckSource } from "@/lib/revocation/rules";

/** Addresses of one kind that are asked; certificates with more are made to burden somebody. */
const ASKED = 3;

export type InquiryFile = { pem: string; chainPems: string[] };

/** What a certificate's CA says of it: "failed" is no answer that can be believed. `sentence` says why, or what else. */
export type Inquiry =
  | { answer: "good"; source: CheckSource; sentence: null; freshUntil: Date | null }
  | { answer: "unknown"; source: CheckSource; sentence: string; freshUntil: Date | null }
  | {
      answer: "revoked";
      source: CheckSource;
      sentence: null;
      freshUntil: Date | null;
      revokedAt: Date;
      reason: string;
    }
  | { answer: "failed"; source: null; sentence: string; freshUntil: null };

type Options = FetchOptions & {
  /** Lists that were fetched longer ago are fetched anew. */
  listAgeMs: number;
};

/** Asks the CA of a certificate whether it has revoked it: by OCSP, else by its list. Rejects only when the signal is aborted. */
export async function inquire(scope: Scope, file: InquiryFile, options: Options): Promise<Inquiry> {
  const certificate = readSinglePem(file.pem);
  if (certificate === undefined) return fail("The certificate cannot be read.");
  const { ocspUrls, crlUrls } = certificate.parsed;
  const responders = webAddresses(ocspUrls).slice(0, ASKED);
  const lists = webAddresses(crlUrls).slice(0, ASKED);
  if (responders.length + lists.length === 0) return fail(NOBODY_TO_ASK);
  const issuer = await findIssuer(scope, { certificate, chainPems: file.chainPems }, options);
  if ("sentence" in issuer) return fail(issuer.sentence);
  const subject = { certificate, issuer };
  const ways = [
    ...responders.map(
      ({ href, host }) => ({ source: "ocsp", host, ask: () => askResponder(href, subject, options) }) as const,
    ),
    ...lists.map(
      ({ href, host }) => ({ source: "crl", host, ask: () => askList(scope, href, subject, options) }) as const,
    ),
  ];
  return askInTurn(ways);
}

type Way = { source: CheckSource; host: string; ask: () => Promise<Judgement> };

/** The first that says more than that it does not know. */
async function askInTurn(ways: Way[]): Promise<Inquiry> {
  let unknown: Inquiry | null = null;
  const problems: string[] = [];
  for (const { source, host, ask } of ways) {
    const judged = await ask();
    switch (judged.kind) {
      case "good":
        return { answer: "good", source, sentence: null, freshUntil: judged.nextUpdate };
      case "revoked": {
        const { revokedAt, reason, nextUpdate } = judged;
        return { answer: "revoked", source, sentence: null, freshUntil: nextUpdate, revokedAt, reason };
      }
      case "unknown":
        unknown ??= { answer: "unknown", source, sentence: judged.sentence, freshUntil: judged.nextUpdate };
        // A CA that has put it on hold knows it, and its list says no other.
        if (judged.isHold) return unknown;
        break;
      case "refused":
        problems.push(`${source === "ocsp" ? "By OCSP" : "By revocation list"} (${host}): ${judged.sentence}`);
        break;
    }
  }
  return unknown ?? fail(problems.join(" "));
}

async function askResponder(url: string, subject: Subject, options: Options): Promise<Judgement> {
  const fetched = await fetchAnswer(url, makeOcspRequest(subject), options);
  if (fetched.kind === "failed") return { kind: "refused", sentence: fetched.sentence };
  return judgeOcsp(fetched.body, subject, options.now);
}

async function askList(scope: Scope, url: string, subject: Subject, options: Options): Promise<Judgement> {
  const request = { url, issuer: subject.issuer, maxAgeMs: options.listAgeMs };
  const list = await obtainList(scope, request, options);
  return list.kind === "failed" ? { kind: "refused", sentence: list.sentence } : judgeByCrl(list, subject, options.now);
}

function fail(sentence: string): Inquiry {
  return { answer: "failed", source: null, sentence, freshUntil: null };
}
