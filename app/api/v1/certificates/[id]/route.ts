import { z } from "zod";
import { readCertificate, readCertificateFile } from "@/lib/certificates/detail";
import { otherMethods } from "@/lib/http/api-method";
import { type ApiProblemName, ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { judge, removeCertificate } from "@/lib/removal/commands";
import type { Blocker } from "@/lib/removal/rules";
import { certificate, certificateOf, moment } from "../../certificate-view";

const params = z.strictObject({ id: z.uuid() });

export const GET = apiRoute(
  {
    can: "certificates:read",
    summary: "Show one certificate with its chain.",
    params,
    query: NOTHING,
    body: NOTHING,
    answer: certificate,
  },
  async ({ scope, params: { id }, now }) => {
    const [view, file, verdict] = await Promise.all([
      readCertificate(scope, id),
      readCertificateFile(scope, id),
      judge(scope, { id, now }),
    ]);
    if (view === null || file === null || verdict === null) throw new ApiRefusal(UNKNOWN);
    return { value: certificateOf({ view, file, blockers: verdict.blockers }, now) };
  },
);

const deleted = z.object({
  outcome: z
    .enum(["removed", "gone"])
    .meta({ description: "gone: it had been deleted before, by whom the record says." }),
  removal_id: z.uuid(),
  name: z.string(),
  removed_at: moment,
  removed_by: z.string(),
});

const PROBLEM_OF: Record<Blocker, ApiProblemName> = {
  still_valid: "still-valid",
  deployed: "deployed",
  synced: "synced",
};

export const DELETE = apiRoute(
  {
    can: "certificates:delete",
    summary: "Delete one certificate with its private key, for good. Its removal record stays.",
    params,
    query: NOTHING,
    body: NOTHING,
    answer: deleted,
  },
  async ({ scope, params: { id }, now }) => {
    const outcome = await removeCertificate(scope, { id, now });
    switch (outcome.kind) {
      case "unknown":
        throw new ApiRefusal(UNKNOWN);
      case "blocked": {
        const { name, blockers } = outcome;
        const [first] = blockers;
        const detail = `${name} may not be deleted. ${blockers.map(({ sentence }) => sentence).join(" ")}`;
        throw new ApiRefusal({ name: first === undefined ? "conflict" : PROBLEM_OF[first.blocker], detail, blockers });
      }
      case "removed":
      case "gone": {
        const { kind, removalId, name, removedAt, actorLabel } = outcome;
        const removed = { removal_id: removalId, name, removed_at: removedAt.toISOString(), removed_by: actorLabel };
        return { value: { outcome: kind, ...removed } };
      }
    }
  },
);

export const { POST, PUT, PATCH } = otherMethods({ GET, DELETE });
