import "server-only";
import { and, asc, count, desc, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { deployments } from "@/drizzle/schema/use";
import type { Scope } from "@/lib/auth/scope";
import { findByFingerprint } from "@/lib/certificates/identity";
import { DEPLOYMENTS_SHOWN, type EndpointState } from "@/lib/deployments/rules";
import type { DeploymentView, KnownDeployment } from "@/lib/deployments/schema";
import { beyondId } from "@/lib/paging/predicates";
import { type Page, type Position, readPage } from "@/lib/paging/rules";

const columns = {
  id: deployments.id,
  service: deployments.service,
  resource: deployments.resource,
  note: deployments.note,
  addedAt: deployments.addedAt,
  addedByLabel: deployments.addedByLabel,
  kind: deployments.kind,
  state: deployments.state,
  stateSince: deployments.stateSince,
  checkedAt: deployments.checkedAt,
  nextCheckAt: deployments.nextCheckAt,
  problem: deployments.problem,
  servedFingerprint: deployments.servedFingerprint,
};

type Row = Omit<DeploymentView, "endpoint"> & {
  state: EndpointState | null;
  stateSince: Date | null;
  checkedAt: Date | null;
  nextCheckAt: Date | null;
  problem: string | null;
  servedFingerprint: string | null;
};

/** What people read of rows; certificates that are served instead are looked up in the inventory. */
async function viewsOf(scope: Scope, rows: Row[]): Promise<DeploymentView[]> {
  const served = rows.flatMap(({ state, servedFingerprint }) =>
    state === "moved_on" && servedFingerprint !== null ? [servedFingerprint] : [],
  );
  const known = await findByFingerprint(scope, served);
  return rows.map(({ state, stateSince, checkedAt, nextCheckAt, problem, servedFingerprint, ...row }) => {
    if (state === null || stateSince === null || nextCheckAt === null) return { ...row, endpoint: null };
    const isOther = state === "moved_on" && servedFingerprint !== null;
    const other = isOther
      ? { fingerprint: servedFingerprint, certificate: known.get(servedFingerprint) ?? null }
      : null;
    return { ...row, endpoint: { state, stateSince, checkedAt, nextCheckAt, problem, served: other } };
  });
}

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
  return { total: counted?.total ?? 0, deployments: await viewsOf(scope, shown) };
}

/** One deployment of a certificate; null when it is not there. */
export async function readDeployment(scope: Scope, known: KnownDeployment): Promise<DeploymentView | null> {
  const rows = await database()
    .select(columns)
    .from(deployments)
    .where(
      and(
        eq(deployments.accountId, scope.accountId),
        eq(deployments.certificateId, known.certificateId),
        eq(deployments.id, known.deploymentId),
      ),
    );
  const [view] = await viewsOf(scope, rows);
  return view ?? null;
}

/** A page of the services that use a certificate, in the order in which they were noted. */
export async function pageDeployments(
  scope: Scope,
  certificateId: string,
  position: Position<string>,
): Promise<Page<DeploymentView, string>> {
  const page = await readPage(position, {
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
  return { ...page, rows: await viewsOf(scope, page.rows) };
}
