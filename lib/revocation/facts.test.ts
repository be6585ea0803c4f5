import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import { certificates, revocations } from "@/drizzle/schema/certificates";
import { authorities, issuers } from "@/drizzle/schema/issuers";
import { pendingRevocations } from "@/drizzle/schema/revocation";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import type { PersonScope } from "@/lib/auth/scope";
import { DAY_MS } from "@/lib/certificates/rules";
import { newId } from "@/lib/ids";
import { removeCertificate } from "@/lib/removal/commands";
import { type Revoked, recordRevocation } from "@/lib/revocation/facts";

useTestDatabase();

const daysAgo = (days: number) => new Date(TEST_NOW.getTime() - days * DAY_MS);

function record(scope: PersonScope, certificateId: string, overrides: Partial<Revoked> = {}) {
  const revoked: Revoked = {
    ...{ certificateId, revokedAt: daysAgo(1), reason: "superseded", origin: "ca", authorityId: null },
    ...overrides,
  };
  return database().transaction((tx) => recordRevocation(tx, scope, revoked, TEST_NOW));
}

function factsOf(scope: PersonScope) {
  return database().select().from(revocations).where(eq(revocations.accountId, scope.accountId));
}

async function revokedAtOf(scope: PersonScope, id: string): Promise<Date | null | undefined> {
  const [row] = await database()
    .select({ revokedAt: certificates.revokedAt })
    .from(certificates)
    .where(and(eq(certificates.accountId, scope.accountId), eq(certificates.id, id)));
  return row?.revokedAt;
}

function eventsOf(scope: PersonScope, id: string) {
  return database()
    .select({ action: auditEvents.action, details: auditEvents.details })
    .from(auditEvents)
    .where(and(eq(auditEvents.accountId, scope.accountId), eq(auditEvents.subjectId, id)));
}

async function insertAuthority({ accountId }: PersonScope): Promise<string> {
  const [issuerId, authorityId] = [newId(), newId()];
  const added = { addedAt: TEST_NOW, addedByLabel: "admin@example.test", renewAutomatically: false, maxDays: 90 };
  await database()
    .insert(issuers)
    .values({ accountId, id: issuerId, name: `CA ${issuerId}`, kind: "private_ca", ...added });
  const validity = { notBefore: daysAgo(100), notAfter: daysAgo(-100) };
  const key = { isSigning: true, keyBox: "sealed", keyKeyId: "1" };
  await database()
    .insert(authorities)
    .values({ accountId, id: authorityId, issuerId, role: "root", certificatePem: "PEM", ...validity, ...key });
  return authorityId;
}

test("a certificate becomes revoked, for good and in its history", async () => {
  const scope = await insertPerson();
  const { id } = await insertCertificate(scope.accountId);
  expect(await record(scope, id)).toBe("recorded");
  expect(await revokedAtOf(scope, id)).toEqual(daysAgo(1));
  expect(await factsOf(scope)).toMatchObject([
    { revokedAt: daysAgo(1), reason: "superseded", origin: "ca", authorityId: null, serialHex: null },
  ]);
  const details = { origin: "ca", reason: "superseded", revokedAt: daysAgo(1).toISOString() };
  expect(await eventsOf(scope, id)).toEqual([{ action: "certificate.revoked", details }]);
});

test.each([
  ["a later time changes nothing", 0.5, { at: 1, reason: "superseded" }],
  ["the same time changes nothing", 1, { at: 1, reason: "superseded" }],
  ["an earlier one takes its place, with its reason", 3, { at: 3, reason: "keyCompromise" }],
])("told again, %s, and nothing is told twice", async (_, days, { at, reason }) => {
  const scope = await insertPerson();
  const { id } = await insertCertificate(scope.accountId);
  await record(scope, id);
  expect(await record(scope, id, { revokedAt: daysAgo(days), reason: "keyCompromise" })).toBe("already");
  expect(await factsOf(scope)).toMatchObject([{ revokedAt: daysAgo(at), reason, origin: "ca" }]);
  expect(await revokedAtOf(scope, id)).toEqual(daysAgo(at));
  expect(await eventsOf(scope, id)).toHaveLength(1);
});

test("what a private CA here has published keeps its time", async () => {
  const scope = await insertPerson();
  const { id } = await insertCertificate(scope.accountId, { source: "issued" });
  const authorityId = await insertAuthority(scope);
  await record(scope, id, { origin: "here", authorityId });
  expect(await record(scope, id, { revokedAt: daysAgo(3) })).toBe("already");
  expect(await factsOf(scope)).toMatchObject([{ revokedAt: daysAgo(1), origin: "here", authorityId }]);
});

test("a private CA lists what was known as revoked before, with the time from which it was", async () => {
  const scope = await insertPerson();
  const { id } = await insertCertificate(scope.accountId, { source: "issued" });
  const authorityId = await insertAuthority(scope);
  await record(scope, id, { revokedAt: daysAgo(3) });
  const own = { revokedAt: daysAgo(1), origin: "here", authorityId } as const;
  expect(await record(scope, id, own)).toBe("already");
  expect(await factsOf(scope)).toMatchObject([
    { revokedAt: daysAgo(3), origin: "ca", authorityId, serialHex: expect.stringMatching(/^[0-9a-f]+$/) },
  ]);
});

test("the facts are kept also when the certificate was deleted meanwhile", async () => {
  const scope = await insertPerson();
  const { id } = await insertCertificate(scope.accountId);
  expect(await removeCertificate(scope, { id, now: TEST_NOW })).toMatchObject({ kind: "removed" });
  expect(await record(scope, id)).toBe("recorded");
  expect(await factsOf(scope)).toHaveLength(1);
  expect(await revokedAtOf(scope, id)).toBeUndefined();
});

test("the same certificate in another account is that account's own matter, and no account knows another's", async () => {
  const [scope, other] = [await insertPerson(), await insertPerson()];
  const details = { serial: "4711", serialHex: "1267", fingerprint: "ab".repeat(32) };
  const [mine, theirs] = await Promise.all(
    [scope, other].map(({ accountId }) => insertCertificate(accountId, { details })),
  );
  expect(await record(scope, theirs?.id ?? "")).toBe("unknown");
  expect(await record(scope, mine?.id ?? "")).toBe("recorded");
  expect(await revokedAtOf(other, theirs?.id ?? "")).toBeNull();
  expect(await factsOf(other)).toEqual([]);
});

test("the wish to revoke it is gone with the same commit", async () => {
  const scope = await insertPerson();
  const { id } = await insertCertificate(scope.accountId, { source: "issued" });
  const authorityId = await insertAuthority(scope);
  const [issuer] = await database().select().from(issuers).where(eq(issuers.accountId, scope.accountId));
  await database()
    .insert(pendingRevocations)
    .values({
      ...{ accountId: scope.accountId, certificateId: id, issuerId: issuer?.id ?? "", reason: "unspecified" },
      ...{ askedAt: TEST_NOW, askedByLabel: "member@example.test", nextAttemptAt: TEST_NOW },
    });
  const wishes = () => database().$count(pendingRevocations, eq(pendingRevocations.accountId, scope.accountId));
  const failing = database().transaction(async (tx) => {
    const revoked = {
      certificateId: id,
      revokedAt: TEST_NOW,
      reason: "unspecified",
      origin: "here",
      authorityId,
    } as const;
    await recordRevocation(tx, scope, revoked, TEST_NOW);
    throw new Error("the list could not be signed");
  });
  await expect(failing).rejects.toThrow("could not be signed");
  expect([await wishes(), await revokedAtOf(scope, id), await factsOf(scope)]).toEqual([1, null, []]);
  await record(scope, id, { origin: "here", authorityId });
  expect([await wishes(), await revokedAtOf(scope, id)]).toEqual([0, daysAgo(1)]);
});

test("of two at once one records it", async () => {
  const scope = await insertPerson();
  const { id } = await insertCertificate(scope.accountId);
  const outcomes = await Promise.all([record(scope, id), record(scope, id), record(scope, id)]);
  expect(outcomes.toSorted()).toEqual(["already", "already", "recorded"]);
  expect(await eventsOf(scope, id)).toHaveLength(1);
});
