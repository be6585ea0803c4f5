import "server-only";
import { and, asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { destinations, syncs } from "@/drizzle/schema/use";
import { correlated } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { readCertificateNames } from "@/lib/certificates/detail";
import { type DestinationView, testAnswer } from "@/lib/destinations/schema";
import { REMOVED_STATE } from "@/lib/syncs/rules";

const ofDestination = sql`${syncs.accountId} = ${destinations.accountId} and ${syncs.destinationId} = ${destinations.id}`;

/** A copy counts as failed that could not be pushed, removed or looked at the last time. */
const counts = correlated<DestinationView["syncs"]>(sql`(select jsonb_build_object(
    'total', count(*), 'failed', count(*) filter (where ${syncs.error} is not null or ${syncs.state} = 'failed'),
    'active', count(*) filter (where ${syncs.state} = 'active'), 'pending', count(*) filter (where ${syncs.state} = 'pending'),
    'removing', count(*) filter (where ${syncs.state} = 'removing'))
  from ${syncs} where ${ofDestination} and ${syncs.state} <> ${REMOVED_STATE})`);

/** When a sync was last as it should be. */
const lastWell = sql`greatest(${syncs.addedAt}, ${syncs.pushedAt}, ${syncs.checkedAt})`;

const oldestError = correlated<unknown>(sql`(select jsonb_build_object('sentence', ${syncs.error},
    'certificateId', ${syncs.certificateId}, 'since', (extract(epoch from ${lastWell}) * 1000)::bigint)
  from ${syncs} where ${ofDestination} and ${syncs.error} is not null order by ${lastWell} limit 1)`);

const foundError = z.object({ sentence: z.string(), certificateId: z.uuid(), since: z.number() }).nullable();

function read(scope: Scope, destinationId?: string) {
  return database()
    .select({
      id: destinations.id,
      name: destinations.name,
      kind: destinations.kind,
      settings: destinations.settings,
      hasCredentials: sql<boolean>`${destinations.credentialsBox} is not null`,
      createdAt: destinations.createdAt,
      addedByLabel: destinations.addedByLabel,
      testedAt: destinations.testedAt,
      testAnswer: destinations.testAnswer,
      syncs: counts,
      oldestError,
    })
    .from(destinations)
    .where(
      and(
        eq(destinations.accountId, scope.accountId),
        destinationId === undefined ? undefined : eq(destinations.id, destinationId),
      ),
    )
    .orderBy(asc(destinations.name));
}

async function viewsOf(scope: Scope, rows: Awaited<ReturnType<typeof read>>): Promise<DestinationView[]> {
  const errors = rows.map((row) => foundError.parse(row.oldestError));
  const names = await readCertificateNames(
    scope,
    errors.flatMap((error) => error?.certificateId ?? []),
  );
  return rows.map(({ settings, testedAt, testAnswer: answer, ...row }, index) => {
    const error = errors[index] ?? null;
    return {
      ...row,
      settings: settings ?? {},
      tested: testedAt === null ? null : { at: testedAt, answer: testAnswer.parse(answer) },
      oldestError:
        error === null
          ? null
          : { ...error, since: new Date(error.since), name: names.get(error.certificateId) ?? "a certificate" },
    };
  });
}

/** The account's destinations by name, each with how its copies are. */
export async function listDestinations(scope: Scope): Promise<DestinationView[]> {
  return viewsOf(scope, await read(scope));
}

/** The same in brief, for who may copy certificates there. */
export function listPlaces(scope: Scope): Promise<Pick<DestinationView, "id" | "name" | "kind">[]> {
  return database()
    .select({ id: destinations.id, name: destinations.name, kind: destinations.kind })
    .from(destinations)
    .where(eq(destinations.accountId, scope.accountId))
    .orderBy(asc(destinations.name));
}

/** One of them; null when the account has none with this id. */
export async function readDestination(scope: Scope, destinationId: string): Promise<DestinationView | null> {
  const [view] = await viewsOf(scope, await read(scope, destinationId));
  return view ?? null;
}
