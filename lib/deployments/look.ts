import "server-only";
import { and, eq, isNull, lte, or, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { deployments } from "@/drizzle/schema/use";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { findByFingerprint } from "@/lib/certificates/identity";
import { formatPem } from "@/lib/certificates/pem";
import { addServingEndpoint, type Watched } from "@/lib/deployments/endpoints";
import { type EndpointState, nextCheckOf } from "@/lib/deployments/rules";
import { type ProbeAnswer, probeEndpoint } from "@/lib/endpoints/probe";
import { env } from "@/lib/env";

/** An endpoint with the fingerprint of the certificate that it is believed to serve. */
type Expected = Watched & { fingerprint: string };

type Seen = {
  state: EndpointState;
  problem: string | null;
  servedFingerprint: string | null;
  servedChain: string | null;
};

/**
 * Looks at one endpoint and notes what was seen. A look that began before the last one that was noted changes nothing,
 * nor does one whose certificate or deployment went meanwhile. Where another certificate of the inventory is served, that
 * one is known to be deployed there from now on.
 */
export async function look(
  scope: Scope,
  expected: Expected,
  now: Date,
): Promise<{ certificateId: string; state: EndpointState }> {
  const answer = await probeEndpoint(expected, { networks: env().CERTSWEEP_PROBE_NETWORKS });
  const seen = judgeAnswer(answer, expected.fingerprint);
  await note(scope, { expected, seen, now });
  if (seen.state === "moved_on" && seen.servedFingerprint !== null) {
    const successor = (await findByFingerprint(scope, [seen.servedFingerprint])).get(seen.servedFingerprint);
    if (successor !== undefined)
      await addServingEndpoint(scope, {
        certificateId: successor.id,
        target: expected,
        service: expected.service,
        now,
      });
  }
  return { certificateId: expected.certificateId, state: seen.state };
}

/** What a probe's answer says of the certificate with this fingerprint. */
function judgeAnswer(answer: ProbeAnswer, fingerprint: string): Seen {
  switch (answer.kind) {
    case "unreachable":
      return { state: "unreachable", problem: answer.problem, servedFingerprint: null, servedChain: null };
    case "served": {
      const served = { problem: null, servedFingerprint: answer.fingerprint };
      if (answer.fingerprint === fingerprint) return { ...served, state: "serving", servedChain: null };
      const chain = [answer.leaf, ...answer.chain].map(formatPem).join("\n");
      return { ...served, state: "moved_on", servedChain: chain };
    }
  }
}

async function note(scope: Scope, { expected, seen, now }: { expected: Expected; seen: Seen; now: Date }) {
  await database()
    .update(deployments)
    .set({
      ...seen,
      stateSince: sql`case when ${deployments.state} = ${seen.state} then ${deployments.stateSince} else ${at(now)} end`,
      checkedAt: now,
      nextCheckAt: nextCheckOf(expected.id, now),
    })
    .where(
      and(
        eq(deployments.accountId, scope.accountId),
        eq(deployments.id, expected.id),
        eq(deployments.kind, "endpoint"),
        or(isNull(deployments.checkedAt), lte(deployments.checkedAt, now)),
      ),
    );
}
