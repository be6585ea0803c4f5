import "server-only";
import { and, asc, count, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { deployments } from "@/drizzle/schema/use";
import type { Scope } from "@/lib/auth/scope";
import { DEPLOYMENTS_SHOWN } from "@/lib/deployments/rules";
import type { DeploymentView } from "@/lib/deployments/schema";

/** The services that use a certificate, by service and resource: the first DEPLOYMENTS_SHOWN, and how many there are. */
export async function listDeployments(
  scope: Scope,
  certificateId: string,
): Promise<{ total: number; deployments: DeploymentView[] }> {
  const ofCertificate = and(eq(deployments.accountId, scope.accountId), eq(deployments.certificateId, certificateId));
  const [counted] = await database().select({ total: count() }).from(deployments).where(ofCertificate);
  const shown = await database()
    .select({
      id: deployments.id,
      service: deployments.service,
      resource: deployments.resource,
      note: deployments.note,
      addedAt: deployments.addedAt,
      addedByLabel: deployments.addedByLabel,
    })
    .from(deployments)
    .where(ofCertificate)
    .orderBy(asc(deployments.service), asc(deployments.resource))
    .limit(DEPLOYMENTS_SHOWN);
  return { total: counted?.total ?? 0, deployments: shown };
}
