import type { ReactNode } from "react";
import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { visibleText } from "@/lib/certificates/rules";
import { deploymentBlocks } from "@/lib/deployments/rules";
import type { DeploymentView } from "@/lib/deployments/schema";
import { AddServed } from "./add-served";
import { CheckEndpoints } from "./check-endpoints";
import { DeploymentForm } from "./deployment-form";
import { EndpointState } from "./endpoint-state";
import { RemoveDeployment } from "./remove-deployment";
import { WatchEndpoint } from "./watch-endpoint";

type InUseProps = {
  certificateId: string;
  list: { total: number; deployments: DeploymentView[] };
  /** The sentence about its active syncs, when it has some. */
  synced: string | null;
  mayWrite: boolean;
  now: Date;
  /** What else belongs here: the copies at destinations. */
  children?: ReactNode;
};

/** The services that use a certificate; whoever may, adds and removes them. Each of them blocks deletion. */
export function InUse({ certificateId, list: { total, deployments }, synced, mayWrite, now, children }: InUseProps) {
  const hasEndpoints = deployments.some(({ endpoint }) => endpoint !== null);
  return (
    <Section
      title="In use"
      description={total === 0 && synced !== null ? visibleText(synced) : descriptionOf(total, deployments)}
      actions={
        mayWrite ? (
          <>
            {hasEndpoints ? <CheckEndpoints certificateId={certificateId} /> : null}
            <WatchEndpoint certificateId={certificateId} />
          </>
        ) : null
      }
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
                {deployment.endpoint === null ? null : (
                  <EndpointState endpoint={deployment.endpoint} now={now}>
                    {mayWrite && deployment.endpoint.served?.certificate === null ? (
                      <AddServed
                        certificateId={certificateId}
                        deploymentId={deployment.id}
                        name={deployment.resource}
                      />
                    ) : null}
                  </EndpointState>
                )}
                <p className="text-sm text-muted">
                  {deployment.kind === "reported" ? "Reported by its destination. " : null}
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
      {children}
      {mayWrite ? <DeploymentForm certificateId={certificateId} /> : null}
    </Section>
  );
}

function descriptionOf(total: number, shown: DeploymentView[]): string {
  if (total === 0) return "No service is known to use it.";
  const movedOn = shown.filter(({ endpoint }) => endpoint !== null && !deploymentBlocks(endpoint)).length;
  const using = total - movedOn;
  const services = using === 1 ? "1 service uses it" : `${using.toLocaleString("en")} services use it`;
  const cut = shown.length < total ? ` Here are the first ${shown.length}.` : "";
  if (using === 0) return `Nothing uses it any more: what did has moved on.${cut}`;
  return `${services}, which keeps it from being deleted.${cut}`;
}

/** A note keeps its lines. */
function noteOf(note: string): string {
  return note.split("\n").map(visibleText).join("\n");
}
