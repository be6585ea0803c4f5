import "server-only";
import { and, asc, eq, gt, isNull, lt, not, or, type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { deployments } from "@/drizzle/schema/use";
import { idArray } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { readCertificateName } from "@/lib/certificates/detail";
import { fingerprintsOf } from "@/lib/certificates/identity";
import { type Watched, watchedColumns } from "@/lib/deployments/endpoints";
import { look } from "@/lib/deployments/look";
import { CHECK_COUNTS_MS, DEPLOYMENTS_SHOWN, MOVED_ON_STATE } from "@/lib/deployments/rules";
import { PROBES_AT_ONCE } from "@/lib/endpoints/rules";
import { AppError } from "@/lib/errors";

/** Endpoints read at a time. */
const PAGE = 200;

type Going = {
  ids: readonly string[];
  now: Date;
  /** Told before each handful of endpoints: false when there is no need to go on. */
  goesOn?: () => Promise<boolean>;
};

/**
 * Looks at the endpoints of certificates that are to go, but for those that were looked at just now. It stops for a
 * certificate once something is known that keeps it anyway. What comes of it stands in the deployments: the statement
 * that deletes believes nothing else.
 */
export async function checkBeforeDeletion(scope: Scope, { ids, now, goesOn }: Going): Promise<void> {
  const blocked = new Set<string>();
  let after: string | null = null;
  for (;;) {
    const stale = await readStale(scope, { ids, now, after });
    after = stale.at(-1)?.id ?? null;
    for (let index = 0; index < stale.length; index += PROBES_AT_ONCE) {
      const handful = stale
        .slice(index, index + PROBES_AT_ONCE)
        .filter(({ certificateId }) => !blocked.has(certificateId));
      if (handful.length === 0) continue;
      if (goesOn !== undefined && !(await goesOn())) return;
      for (const { certificateId, state } of await lookAtEach(scope, handful, now))
        if (state !== MOVED_ON_STATE) blocked.add(certificateId);
    }
    if (after === null || stale.length < PAGE) return;
  }
}

/**
 * Looks at the endpoints of a certificate that are shown, or at one of them, whenever they were looked at before. Throws
 * AppError "not_found" when the certificate is not in the account.
 */
export async function checkCertificate(
  scope: Scope,
  { certificateId, deploymentId, now }: { certificateId: string; deploymentId?: string; now: Date },
): Promise<void> {
  if ((await readCertificateName(scope, certificateId)) === null)
    throw new AppError("not_found", "There is no such certificate any more. Reload the page.");
  const watched = await database()
    .select(watchedColumns)
    .from(deployments)
    .where(
      and(
        eq(deployments.accountId, scope.accountId),
        eq(deployments.certificateId, certificateId),
        eq(deployments.kind, "endpoint"),
        deploymentId === undefined ? undefined : eq(deployments.id, deploymentId),
      ),
    )
    .orderBy(asc(deployments.service), asc(deployments.resource))
    .limit(DEPLOYMENTS_SHOWN);
  for (let index = 0; index < watched.length; index += PROBES_AT_ONCE)
    await lookAtEach(scope, watched.slice(index, index + PROBES_AT_ONCE), now);
}

/** Looks at some endpoints of one account at once. */
export async function lookAtEach(scope: Scope, watched: Watched[], now: Date) {
  const fingerprints = await fingerprintsOf(scope, [...new Set(watched.map(({ certificateId }) => certificateId))]);
  const looks = watched.flatMap((each) => {
    const fingerprint = fingerprints.get(each.certificateId);
    return fingerprint === undefined ? [] : [look(scope, { ...each, fingerprint }, now)];
  });
  return Promise.all(looks);
}

/** Endpoints whose last look is too old for a deletion, of certificates that nothing else is known to keep. */
function readStale(
  scope: Scope,
  { ids, now, after }: { ids: readonly string[]; now: Date; after: string | null },
): Promise<Watched[]> {
  const since = new Date(now.getTime() - CHECK_COUNTS_MS);
  const isStale = or(isNull(deployments.checkedAt), lt(deployments.checkedAt, since));
  return database()
    .select(watchedColumns)
    .from(deployments)
    .where(
      and(
        eq(deployments.accountId, scope.accountId),
        sql`${deployments.certificateId} = any(${idArray(ids)})`,
        sql`${deployments.kind} = 'endpoint'`,
        isStale,
        not(keptOtherwise(since)),
        after === null ? undefined : gt(deployments.id, after),
      ),
    )
    .orderBy(asc(deployments.id))
    .limit(PAGE);
}

/** Whether another deployment is known to keep the certificate: one that is no endpoint, or was looked at just now. */
function keptOtherwise(since: Date): SQL {
  const other = sql.identifier("other");
  const column = (name: string) => sql`${other}.${sql.identifier(name)}`;
  const isKnown = sql`${column("kind")} <> 'endpoint'
    or (${column("checked_at")} >= ${since.toISOString()}::timestamptz and ${column("state")} <> ${MOVED_ON_STATE})`;
  return sql`exists (select 1 from ${deployments} as ${other} where ${column("account_id")} = ${deployments.accountId}
    and ${column("certificate_id")} = ${deployments.certificateId} and (${isKnown}))`;
}
