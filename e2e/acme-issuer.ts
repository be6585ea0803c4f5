import { afterAll, beforeAll } from "vitest";
import type { PersonScope } from "@/lib/auth/scope";
import { createAcmeIssuer, type NewAcmeIssuer } from "@/lib/issuers/acme-accounts";
import { type AcmeAnswers, startAcmeAnswers } from "./acme-answers";
import { findPebble, type PebbleOptions, type RunningPebble, startPebble } from "./pebble";

export type AcmeWorld = {
  /** Null where Pebble could not be had. */
  ca: () => RunningPebble | null;
  answers: () => AcmeAnswers;
};

/** Gives the test file a Pebble of its own, and a server for its http-01 requests. After useTestDatabase. */
export function useAcme(options: Omit<PebbleOptions, "httpPort"> = {}): AcmeWorld {
  let answers: AcmeAnswers | null = null;
  let ca: RunningPebble | null = null;
  // Read once, with the address of the database.
  process.env.CERTSWEEP_PROBE_NETWORKS = "public,private,loopback";
  beforeAll(async () => {
    answers = await startAcmeAnswers();
    const { programs } = await findPebble();
    if (programs !== null) ca = await startPebble(programs, { ...options, httpPort: answers.port });
  }, 300_000);
  afterAll(async () => {
    await ca?.stop();
    await answers?.stop();
  });
  return {
    ca: () => ca,
    answers: () => {
      if (answers === null) throw new Error("nothing is up yet");
      return answers;
    },
  };
}

/** An issuer at a Pebble, as a product admin makes it. */
export async function makeAcmeIssuer(
  admin: PersonScope,
  { directoryUrl, caBundle }: Pick<RunningPebble, "directoryUrl" | "caBundle">,
  given: Partial<NewAcmeIssuer> = {},
): Promise<string> {
  const wish = { name: "Test CA", directoryUrl, caBundle, contact: null, eab: null };
  const made = await createAcmeIssuer(
    admin,
    { ...wish, challenge: "http-01", renewAutomatically: true, ...given },
    new Date(),
  );
  if (made.kind === "refused") throw new Error(made.sentence);
  return made.issuerId;
}
