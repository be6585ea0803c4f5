import "server-only";
import { and, asc, count, desc, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { deployments } from "@/drizzle/schema/use";
import type { Scope } from "@/lib/auth/scope";
import { DEPLOYMENTS_SHOWN } from "@/lib/deployments/rules";
import type { DeploymentView } from "@/lib/deployments/schema";
import { beyondId } from "@/lib/paging/predicates";
import { type Page, type Position, readPage } from "@/lib/paging/rules";

const columns = {
  id: deployments.id,
  service: deployments.service,
  resource: deployments.resource,
  note: deployments.note,
  addedAt: deployments.addedAt,
  addedByLabel: deployments.addedByLabel,
};

/** The services that use a certificate, by service and resource: the first DEPLOYMENTS_SHOWN, and how many there are. */
export async function listDeployments(
  scope: Scope,
  certificateId: string,
): Promise<{ total: number; deployments: DeploymentView[] }> {
  const ofCertificate = and(eq(deployments.accountId, scope.accountId), eq(deployments.certificateId, certificateId));
  const [counted] = await database().select({ total: count() }).from(deployments).where(ofCertificate);
  const shown = await database()
    .select(columns)
    .from(deployments)
    .where(ofCertificate)
    .orderBy(asc(deployments.service), asc(deployments.resource))
    .limit(DEPLOYMENTS_SHOWN);
  return { total: counted?.total ?? 0, deployments: shown };
}

/** A page of the services that use a certificate, in the order in which they were noted. */
export function pageDeployments(
  scope: Scope,
  certificateId: string,
  position: Position<string>,
): Promise<Page<DeploymentView, string>> {
  return readPage(position, {
    read: (stretch) =>
      database()
        .select(columns)
        .from(deployments)
        .where(
          and(
            eq(deployments.accountId, scope.accountId),
            eq(deployments.certificateId, certificateId),
            beyondId(deployments.id, stretch, "rising"),
          ),
        )
        .orderBy((stretch.towards === "end" ? asc : desc)(deployments.id))
        .limit(stretch.limit),
    placeOf: (row) => row.id,
  });
}
