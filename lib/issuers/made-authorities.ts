import "server-only";
import { createPrivateKey, type KeyObject } from "node:crypto";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { publishedAt } from "@/lib/issuers/authority-keys";
import type { NewPrivateIssuer } from "@/lib/issuers/schema";
import { readConstraints } from "@/lib/pki/constraints";
import { makeKey } from "@/lib/pki/keys";
import { type MadeCertificate, makeIntermediate, makeRoot, signerOf } from "@/lib/pki/signing";

export type MadeAuthority = { id: string; certificate: MadeCertificate; key: KeyObject };

/** RFC 5280, ub-common-name and ub-organization-name. */
const SUBJECT_LIMIT = 64;

/**
 * Makes a root and an intermediate below it, which is the one to sign with. The root allows that one level and no more.
 * @throws AppError "invalid_input" with a sentence when names mean nothing
 */
export async function makeAuthorities(
  order: NewPrivateIssuer,
  now: Date,
): Promise<{ root: MadeAuthority; intermediate: MadeAuthority }> {
  const constraints = readConstraints(order);
  if ("sentence" in constraints) throw new AppError("invalid_input", constraints.sentence);
  if (Array.from(order.organisation).length > SUBJECT_LIMIT)
    throw new AppError("invalid_input", `An organisation has at most ${SUBJECT_LIMIT} characters in a certificate.`);
  const subjectOf = (role: string) => ({
    commonName: `${Array.from(order.name)
      .slice(0, SUBJECT_LIMIT - role.length - 1)
      .join("")
      .trim()} ${role}`,
    organisation: order.organisation,
  });
  const [rootKey, key] = await Promise.all([newKey(order), newKey(order)]);
  // The ids of authorities rise from the one that signs to its root.
  const [id, rootId] = [newId(), newId()];
  const root = makeRoot({
    ...{ subject: subjectOf("Root"), key: rootKey, pathLength: 1, constraints },
    ...{ now, notAfter: yearsAfter(now, order.rootYears) },
  });
  const intermediate = makeIntermediate({
    ...{ subject: subjectOf("Issuing"), key, pathLength: 0, constraints },
    ...{ now, notAfter: yearsAfter(now, order.intermediateYears) },
    ...{ signer: signerOf(root.der, rootKey), published: publishedAt(rootId) },
  });
  return {
    root: { id: rootId, certificate: root, key: rootKey },
    intermediate: { id, certificate: intermediate, key },
  };
}

async function newKey({ keyAlgorithm }: NewPrivateIssuer): Promise<KeyObject> {
  return createPrivateKey((await makeKey(keyAlgorithm)).privateKeyPem);
}

function yearsAfter(now: Date, years: number): Date {
  const then = new Date(now);
  then.setUTCFullYear(then.getUTCFullYear() + years);
  return then;
}
