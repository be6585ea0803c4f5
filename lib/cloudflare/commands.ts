import "server-only";
import type { Scope } from "@/lib/auth/scope";
import { type Association, countAssociations, firstAssociations } from "@/lib/certificates/associations";
import { readBundle } from "@/lib/certificates/bundles";
import { type CreationOutcome, createCertificate } from "@/lib/certificates/create";
import { visibleText } from "@/lib/certificates/rules";
import { ASSOCIATION_STATUS, wireCertificateOf, wireMoment } from "@/lib/cloudflare/queries";
import { type Answer, CHAIN_MAX, type Failure, failed } from "@/lib/cloudflare/rules";
import type { CreateInput } from "@/lib/cloudflare/schema";
import { removeCertificate } from "@/lib/removal/commands";
import type { Blocker } from "@/lib/removal/rules";

/** Adds a certificate with its chain and key, as Cloudflare's call does. */
export async function answerCreation(scope: Scope, input: CreateInput, now: Date): Promise<Answer> {
  const { certificates, ca, name, private_key: privateKey } = input;
  const request = { certificates, ca, name: name || null, privateKey: privateKey ?? null };
  const outcome = await createCertificate(scope, request, now);
  switch (outcome.kind) {
    case "refused":
      return failed(refusalOf(outcome));
    case "exists":
      return failed({
        name: "exists",
        message: `This certificate exists in the account already, as “${visibleText(outcome.name)}”.`,
      });
    case "created": {
      const bundle = await readBundle(scope, outcome.id);
      // Somebody deleted it in this very moment.
      if (bundle === null) return failed({ name: "not_found" });
      const certificate = wireCertificateOf(bundle);
      return { kind: "result", result: { ...certificate, updated_at: wireMoment(bundle.addedAt) } };
    }
  }
}

function refusalOf({ field, sentence }: Extract<CreationOutcome, { kind: "refused" }>): Failure {
  return { name: field === "private_key" ? "key" : "field", message: sentence, pointer: `/${field}` };
}

/** Deletes a certificate as the console does, and answers with all of it; a second time it is not found. */
export async function answerRemoval(scope: Scope, request: { id: string | null; now: Date }): Promise<Answer> {
  const { id, now } = request;
  const bundle = id === null ? null : await readBundle(scope, id);
  if (bundle === null) return failed({ name: "not_found" });
  const outcome = await removeCertificate(scope, { id: bundle.id, now });
  switch (outcome.kind) {
    case "removed":
      return { kind: "result", result: wireCertificateOf(bundle) };
    case "gone":
    case "unknown":
      return failed({ name: "not_found" });
    case "blocked": {
      const inUse = outcome.blockers.filter(({ blocker }) => IN_USE[blocker]);
      const stillValid = outcome.blockers.filter(({ blocker }) => !IN_USE[blocker]);
      const [first, ...others] = [
        ...(inUse.length === 0 ? [] : [await inUseFailure(scope, { id: bundle.id, sentences: sentencesOf(inUse) })]),
        ...stillValid.map(({ sentence }): Failure => ({ name: "still_valid", message: sentence })),
      ];
      if (first === undefined) throw new Error("a certificate was blocked by nothing");
      return failed(first, ...others);
    }
  }
}

const IN_USE: Record<Blocker, boolean> = { still_valid: false, deployed: true, synced: true };

function sentencesOf(blockers: { sentence: string }[]): string {
  return blockers.map(({ sentence }) => sentence).join(" ");
}

type InUse = { id: string; sentences: string };

/** The users by name: those of the sentence, and the first CHAIN_MAX one by one. */
async function inUseFailure(scope: Scope, { id, sentences }: InUse): Promise<Failure> {
  const first = await firstAssociations(scope, id, CHAIN_MAX);
  const total = await countAssociations(scope, id);
  return {
    name: "in_use",
    message: `Certificate is in use (${total} ${total === 1 ? "association" : "associations"}). ${sentences}`,
    chain: first.map((association) => ({ name: "in_use", message: linkOf(association) })),
  };
}

function linkOf({ service, state }: Association): string {
  return `In use by ${visibleText(service)} (${ASSOCIATION_STATUS[state]})`;
}
