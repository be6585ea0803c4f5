import { and, eq, sql } from "drizzle-orm";
import { Client } from "pg";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import { certificates, revocations } from "@/drizzle/schema/certificates";
import { authorities } from "@/drizzle/schema/issuers";
import { pendingRevocations } from "@/drizzle/schema/revocation";
import { useTestDatabase } from "@/drizzle/test-database";
import { untilWaiting } from "@/drizzle/test-locks";
import { insertCertificate, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { insertPrivateIssuer, issueLeaf } from "@/e2e/private-ca";
import type { PersonScope } from "@/lib/auth/scope";
import { DAY_MS } from "@/lib/certificates/rules";
import { newId } from "@/lib/ids";
import { retireIssuer } from "@/lib/issuers/change";
import { removeCertificate } from "@/lib/removal/commands";
import { requestRevocation, retryRevocation } from "@/lib/revocation/commands";

useTestDatabase();

const days = (count: number) => new Date(TEST_NOW.getTime() + count * DAY_MS);

async function issue() {
  const scope = await insertPerson({ role: "admin" });
  const { issuerId } = await insertPrivateIssuer(scope, {}, TEST_NOW);
  const { certificateId: id, authorityId, serialHex } = await issueLeaf(scope, { issuerId }, TEST_NOW);
  return { scope, issuerId, id, authorityId, serialHex };
}

const wish = (certificateId: string) => ({ certificateId, reason: "superseded" }) as const;

async function revokedAtOf(scope: PersonScope, id: string): Promise<Date | null | undefined> {
  const [row] = await database()
    .select({ revokedAt: certificates.revokedAt })
    .from(certificates)
    .where(and(eq(certificates.accountId, scope.accountId), eq(certificates.id, id)));
  return row?.revokedAt;
}

async function crlNumberOf(authorityId: string): Promise<number | undefined> {
  const [row] = await database().select().from(authorities).where(eq(authorities.id, authorityId));
  return row?.crlNumber;
}

describe("a certificate of a private CA", () => {
  test("is revoked when the call returns, with its list signed anew and its history told", async () => {
    const { scope, id, authorityId, serialHex } = await issue();
    const before = (await crlNumberOf(authorityId)) ?? 0;
    expect(await requestRevocation(scope, wish(id), days(1))).toMatchObject({ kind: "revoked", name: "a.example" });
    expect(await revokedAtOf(scope, id)).toEqual(days(1));
    expect(await crlNumberOf(authorityId)).toBe(before + 1);
    expect(await database().select().from(revocations).where(eq(revocations.authorityId, authorityId))).toMatchObject([
      { serialHex, revokedAt: days(1), reason: "superseded", origin: "here" },
    ]);
    const events = await database().select().from(auditEvents).where(eq(auditEvents.subjectId, id));
    expect(events.filter(({ action }) => action === "certificate.revoked")).toMatchObject([
      { actorLabel: scope.email, at: days(1) },
    ]);
    expect(await removeCertificate(scope, { id, now: days(2) })).toMatchObject({ kind: "removed" });
    expect(await requestRevocation(scope, wish(id), days(2))).toEqual({ kind: "unknown" });
  });

  test("is revoked by an issuer that is retired, too", async () => {
    const { scope, id, issuerId } = await issue();
    await retireIssuer(scope, { issuerId, isRetired: true }, days(1));
    expect(await requestRevocation(scope, wish(id), days(2))).toMatchObject({ kind: "revoked" });
  });

  test("stays as it was when its list cannot be signed", async () => {
    const { scope, id, authorityId } = await issue();
    const broken = { keyBox: Buffer.alloc(100).toString("base64") };
    await database().update(authorities).set(broken).where(eq(authorities.id, authorityId));
    await expect(requestRevocation(scope, wish(id), days(1))).rejects.toThrow();
    expect(await revokedAtOf(scope, id)).toBeNull();
    expect(await database().$count(revocations, eq(revocations.authorityId, authorityId))).toBe(0);
  });

  test("is revoked once by two at once", async () => {
    const { scope, id, authorityId } = await issue();
    const before = (await crlNumberOf(authorityId)) ?? 0;
    const outcomes = await Promise.all([1, 2, 3].map(() => requestRevocation(scope, wish(id), days(1))));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["refused", "refused", "revoked"]);
    expect(await crlNumberOf(authorityId)).toBe(before + 1);
  });
});

describe("what cannot be revoked here", () => {
  test.each([
    ["an uploaded one", { source: "uploaded" }, /uploaded, not issued here/],
    ["one that no issuer of the account issued", { source: "issued" }, /No issuer of this account/],
    ["an expired one", { source: "issued", notAfter: days(-1) }, /has expired/],
    ["a revoked one", { source: "issued", revokedAt: days(-1) }, /revoked already/],
  ] as const)("is refused with a sentence: %s", async (_, row, sentence) => {
    const scope = await insertPerson();
    const { id } = await insertCertificate(scope.accountId, row);
    const refused = await requestRevocation(scope, wish(id), TEST_NOW);
    expect(refused).toEqual({ kind: "refused", name: "www.example.test", sentence: expect.stringMatching(sentence) });
    expect(await database().$count(pendingRevocations, eq(pendingRevocations.accountId, scope.accountId))).toBe(0);
    const again = await retryRevocation(scope, id, TEST_NOW);
    expect(again.kind).toBe("revokedAt" in row ? "revoked" : "refused");
  });

  test("is unknown in another account", async () => {
    const { id } = await issue();
    const other = await insertPerson({ role: "admin" });
    expect(await requestRevocation(other, wish(id), TEST_NOW)).toEqual({ kind: "unknown" });
    expect(await retryRevocation(other, id, TEST_NOW)).toEqual({ kind: "unknown" });
    expect(await requestRevocation(other, wish(newId()), TEST_NOW)).toEqual({ kind: "unknown" });
  });
});

describe("a deletion at the same time", () => {
  const sessions: Client[] = [];

  beforeAll(async () => {
    await database().execute(sql`create function wait_at_gate() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(tg_argv[0]::bigint); return null; end $$`);
    await database().execute(sql`create trigger gate_revoking after insert on revocations
      for each statement execute function wait_at_gate('201')`);
    await database().execute(sql`create trigger gate_deleting after insert on removal_records
      for each statement execute function wait_at_gate('202')`);
  });
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.end()));
  });

  async function shut(gate: number): Promise<{ open: () => Promise<unknown> }> {
    const session = new Client(process.env.DATABASE_URL);
    await session.connect();
    sessions.push(session);
    await session.query("select pg_advisory_lock($1)", [gate]);
    return { open: () => session.query("select pg_advisory_unlock($1)", [gate]) };
  }

  test("waits for a revocation that has not committed, and then goes", async () => {
    const { scope, id } = await issue();
    const gate = await shut(201);
    const revoking = requestRevocation(scope, wish(id), days(1));
    await untilWaiting(1);
    const deleting = removeCertificate(scope, { id, now: days(1) });
    // Judged by what it sees it is still valid: it either says so, or waits and sees that it is revoked.
    await untilWaiting(1);
    await gate.open();
    expect(await revoking).toMatchObject({ kind: "revoked" });
    const outcome = await deleting;
    expect(["blocked", "removed"]).toContain(outcome.kind);
    expect(await database().$count(revocations, eq(revocations.accountId, scope.accountId))).toBe(1);
    if (outcome.kind === "blocked") expect(await revokedAtOf(scope, id)).toEqual(days(1));
  });

  test("of an expired one ends its wish with it, and a revocation that is asked for meanwhile finds nothing", async () => {
    const { scope, id, issuerId } = await issue();
    await database()
      .insert(pendingRevocations)
      .values({
        ...{ accountId: scope.accountId, certificateId: id, issuerId, reason: "superseded" },
        ...{ askedAt: TEST_NOW, askedByLabel: scope.email, nextAttemptAt: TEST_NOW },
      });
    const gate = await shut(202);
    const deleting = removeCertificate(scope, { id, now: days(200) });
    await untilWaiting(1);
    const revoking = requestRevocation(scope, wish(id), days(1));
    await untilWaiting(2);
    await gate.open();
    expect(await deleting).toMatchObject({ kind: "removed" });
    expect(await revoking).toEqual({ kind: "unknown" });
    expect(await database().$count(pendingRevocations, eq(pendingRevocations.accountId, scope.accountId))).toBe(0);
  });
});
