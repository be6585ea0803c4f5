import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { visibleText } from "@/lib/certificates/rules";
import type { DeploymentView } from "@/lib/deployments/schema";
import { DeploymentForm } from "./deployment-form";
import { RemoveDeployment } from "./remove-deployment";

type InUseProps = {
  certificateId: string;
  list: { total: number; deployments: DeploymentView[] };
  /** The sentence about its active syncs, when it has some. */
  synced: string | null;
  mayWrite: boolean;
  now: Date;
};

/** The services that use a certificate; whoever may, adds and removes them. Each of them blocks deletion. */
export function InUse({ certificateId, list: { total, deployments }, synced, mayWrite, now }: InUseProps) {
  return (
    <Section
      title="In use"
      description={total === 0 && synced !== null ? visibleText(synced) : descriptionOf(total, deployments.length)}
    >
      {synced === null || total === 0 ? null : <p className="mb-2">{visibleText(synced)}</p>}
      {total === 0 ? null : (
        <ul aria-label="Deployments" className="divide-y divide-line border-y border-line">
          {deployments.map((deployment) => (
            <li key={deployment.id} className="flex items-start justify-between gap-4 py-2.5">
              <div className="min-w-0">
                <span className="font-medium">{visibleText(deployment.service)}</span>{" "}
                <span>{visibleText(deployment.resource)}</span>
                {deployment.note === "" ? null : (
                  <p className="whitespace-pre-line text-muted">{noteOf(deployment.note)}</p>
                )}
                <p className="text-sm text-muted">
                  Added by {visibleText(deployment.addedByLabel)}, <RelativeTime date={deployment.addedAt} now={now} />
                </p>
              </div>
              {mayWrite ? (
                <RemoveDeployment
                  certificateId={certificateId}
                  deploymentId={deployment.id}
                  name={visibleText(`${deployment.service} ${deployment.resource}`)}
                />
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {mayWrite ? <DeploymentForm certificateId={certificateId} /> : null}
    </Section>
  );
}

function descriptionOf(total: number, shown: number): string {
  if (total === 0) return "No service is known to use it.";
  const services = total === 1 ? "1 service uses it" : `${total.toLocaleString("en")} services use it`;
  const cut = shown < total ? ` Here are the first ${shown}.` : "";
  return `${services}, which keeps it from being deleted.${cut}`;
}

/** A note keeps its lines. */
function noteOf(note: string): string {
  return note.split("\n").map(visibleText).join("\n");
}
