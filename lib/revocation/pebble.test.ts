import { KeyObject } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { runMigrations } from "graphile-worker";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import { certificates, revocations } from "@/drizzle/schema/certificates";
import { issuers } from "@/drizzle/schema/issuers";
import { useTestDatabase } from "@/drizzle/test-database";
import { type AcmeAnswers, startAcmeAnswers } from "@/e2e/acme-answers";
import { findPebble, type RunningPebble, startPebble } from "@/e2e/pebble";
import { mintJobScope } from "@/lib/auth/scope";
import { generateCertificate } from "@/lib/certificates/generate";
import { DAY_MS } from "@/lib/certificates/rules";
import { openAcmeAccount } from "@/lib/issuers/acme-accounts";
import { judge, removeCertificate } from "@/lib/removal/commands";
import { requestRevocation, retryRevocation } from "@/lib/revocation/commands";
import { readPendingRevocation } from "@/lib/revocation/queries";
import { LEASE_MS } from "@/lib/revocation/rules";
import { type Issued, issueAt, keep } from "@/lib/revocation/test-issued";
import { workThroughRevocations } from "@/lib/revocation/work";

useTestDatabase();
process.env.CERTSWEEP_PROBE_NETWORKS = "public,private,loopback";

const NO_HURRY = new AbortController().signal;
const MINUTE_MS = 60_000;

let answers: AcmeAnswers;
let ca: RunningPebble | null = null;

beforeAll(async () => {
  await runMigrations({ connectionString: process.env.DATABASE_URL ?? "" });
  const found = await findPebble();
  answers = await startAcmeAnswers();
  if (found.programs !== null) ca = await startPebble(found.programs, { httpPort: answers.port, nonceReject: 30 });
}, 300_000);
afterAll(async () => {
  await ca?.stop();
  await answers.stop();
});

function withCa(run: (pebble: RunningPebble) => Promise<void>) {
  return (context: TestContext) => (ca === null ? context.skip("pebble could not be had") : run(ca));
}

const atCa = (pebble: RunningPebble, { certificate }: Issued) =>
  pebble.statusOf(certificate.serialNumber.toLowerCase());

async function standing({ scope, id }: Issued, now: Date) {
  const [row] = await database()
    .select({ revokedAt: certificates.revokedAt })
    .from(certificates)
    .where(and(eq(certificates.accountId, scope.accountId), eq(certificates.id, id)));
  const facts = await database().$count(revocations, eq(revocations.accountId, scope.accountId));
  return { revokedAt: row?.revokedAt, facts, wish: await readPendingRevocation(scope, id, now) };
}

async function actionsIn({ scope, id }: Issued) {
  const events = await database()
    .select({ action: auditEvents.action, actor: auditEvents.actorLabel })
    .from(auditEvents)
    .where(and(eq(auditEvents.accountId, scope.accountId), eq(auditEvents.subjectId, id)))
    .orderBy(auditEvents.id);
  return events.filter(({ action }) => /^(revocation|certificate)\./.test(action));
}

/** What the job does when it looks at `now`. */
function tick(now: Date, signal = NO_HURRY): Promise<void> {
  const scopeOf = (accountId: string) => mintJobScope(accountId, "Certsweep");
  return workThroughRevocations({ clock: () => now, signal, scopeOf });
}

/** Has the issuer's directory somewhere else for a while: nothing listens there, as when its CA is down. */
async function moveDirectory({ issuerId }: Issued, directoryUrl: string): Promise<void> {
  await database().update(issuers).set({ directoryUrl }).where(eq(issuers.id, issuerId));
}

describe("a certificate that came by ACME", () => {
  test(
    "is revoked once its CA has said so, by the account's key, and may be deleted then",
    withCa(async (pebble) => {
      const issued = await issueAt({ pebble, answers }, { keepsKey: false });
      const { scope, id } = issued;
      const now = new Date();
      expect((await judge(scope, { id, now }))?.blockers).toMatchObject([{ blocker: "still_valid" }]);
      expect(await requestRevocation(scope, { certificateId: id, reason: "superseded" }, now)).toMatchObject({
        kind: "revoked",
      });
      expect(await atCa(pebble, issued)).toBe("Revoked");
      expect(await standing(issued, now)).toEqual({ revokedAt: now, facts: 1, wish: null });
      const actor = scope.email;
      expect(await actionsIn(issued)).toEqual([
        { action: "revocation.requested", actor },
        { action: "certificate.revoked", actor },
      ]);
      expect(await requestRevocation(scope, { certificateId: id, reason: "superseded" }, now)).toMatchObject({
        ...{ kind: "refused", sentence: "It is revoked already." },
      });
      expect(await retryRevocation(scope, id, now)).toMatchObject({ kind: "revoked" });
      expect(await removeCertificate(scope, { id, now })).toMatchObject({ kind: "removed" });
      expect(await database().$count(revocations, eq(revocations.accountId, scope.accountId))).toBe(1);
    }),
  );

  test(
    "is revoked by its own key when its CA does not know the account any more",
    withCa(async (pebble) => {
      const issued = await issueAt({ pebble, answers });
      const { scope, id, issuerId } = issued;
      const account = await openAcmeAccount(scope, issuerId);
      const gone = { accountUrl: `${account.accountUrl}0` };
      await database().update(issuers).set(gone).where(eq(issuers.id, issuerId));
      const wish = { certificateId: id, reason: "keyCompromise" } as const;
      expect(await requestRevocation(scope, wish, new Date())).toMatchObject({ kind: "revoked" });
      expect(await atCa(pebble, issued)).toBe("Revoked");
    }),
  );

  test(
    "stays pending, and kept, while its CA is away, and is revoked by the job when that is back",
    withCa(async (pebble) => {
      const issued = await issueAt({ pebble, answers });
      const { scope, id } = issued;
      const now = new Date();
      await moveDirectory(issued, "https://localhost:9/dir");
      const answer = await requestRevocation(scope, { certificateId: id, reason: "unspecified" }, now);
      expect(answer).toMatchObject({ kind: "pending", sentence: expect.stringMatching(/.{20}/) });
      const { revokedAt, facts, wish } = await standing(issued, now);
      expect([revokedAt, facts]).toEqual([null, 0]);
      expect(wish).toMatchObject({ attempts: 1, isBusy: false, askedByLabel: scope.email, reason: "unspecified" });
      expect(wish?.error).toBe(answer.kind === "pending" ? answer.sentence : "");
      expect(wish?.nextAttemptAt?.getTime()).toBe(now.getTime() + MINUTE_MS);
      expect(await removeCertificate(scope, { id, now })).toMatchObject({
        ...{ kind: "blocked", blockers: [{ blocker: "still_valid", sentence: expect.stringMatching(/is under way/) }] },
      });
      await moveDirectory(issued, pebble.directoryUrl);
      await tick(new Date(now.getTime() + MINUTE_MS - 1));
      expect(await atCa(pebble, issued)).toBe("Valid");
      const later = new Date(now.getTime() + MINUTE_MS);
      await tick(later);
      expect(await atCa(pebble, issued)).toBe("Revoked");
      expect(await standing(issued, later)).toEqual({ revokedAt: later, facts: 1, wish: null });
      expect((await actionsIn(issued)).at(-1)).toEqual({ action: "certificate.revoked", actor: "Certsweep" });
    }),
  );

  test(
    "is asked for at once by a retry, which its history tells",
    withCa(async (pebble) => {
      const issued = await issueAt({ pebble, answers });
      const { scope, id } = issued;
      const now = new Date();
      await moveDirectory(issued, "https://localhost:9/dir");
      const wish = { certificateId: id, reason: "superseded" } as const;
      await requestRevocation(scope, wish, now);
      expect(await retryRevocation(scope, id, now)).toMatchObject({ kind: "pending" });
      expect((await standing(issued, now)).wish).toMatchObject({ attempts: 2 });
      // Asked for twice, it stays the same wish.
      expect(await requestRevocation(scope, { ...wish, reason: "keyCompromise" }, now)).toMatchObject({
        kind: "pending",
      });
      expect((await standing(issued, now)).wish).toMatchObject({ attempts: 2, reason: "superseded" });
      await moveDirectory(issued, pebble.directoryUrl);
      expect(await retryRevocation(scope, id, now)).toMatchObject({ kind: "revoked" });
      const actions = (await actionsIn(issued)).map(({ action }) => action);
      expect(actions).toEqual([
        ...["revocation.requested", "revocation.retried", "revocation.retried", "certificate.revoked"],
      ]);
    }),
  );

  test(
    "is not asked for again by itself once its CA has said no, but by a retry",
    withCa(async (pebble) => {
      const { scope, issuerId } = await issueAt({ pebble, answers });
      // One that another CA issued.
      const [notBefore, notAfter] = [new Date(Date.now() - DAY_MS), new Date(Date.now() + DAY_MS)];
      const made = await generateCertificate({ subjectCommonName: "strange.test", notBefore, notAfter });
      const key = KeyObject.from(made.privateKey).export({ type: "pkcs8", format: "pem" }).toString();
      const strange = { scope, issuerId, ...(await keep(scope, { issuerId, chain: made.pem, key })) };
      const now = new Date();
      const wish = { certificateId: strange.id, reason: "unspecified" } as const;
      expect(await requestRevocation(scope, wish, now)).toMatchObject({ kind: "pending" });
      expect((await standing(strange, now)).wish).toMatchObject({ attempts: 1, nextAttemptAt: null, isBusy: false });
      await tick(new Date(now.getTime() + 60 * MINUTE_MS));
      expect((await standing(strange, now)).wish).toMatchObject({ attempts: 1 });
      expect(await retryRevocation(scope, strange.id, now)).toMatchObject({ kind: "pending" });
      expect((await standing(strange, now)).wish).toMatchObject({ attempts: 2, nextAttemptAt: null });
      // Once it has expired, nobody can revoke it any more: the wish ends, also one that was given up.
      const later = new Date(notAfter.getTime() + 1_001);
      await tick(later);
      expect((await standing(strange, later)).wish).toBeNull();
      expect((await actionsIn(strange)).at(-1)).toEqual({ action: "revocation.ended", actor: "Certsweep" });
      expect(await removeCertificate(scope, { id: strange.id, now: later })).toMatchObject({ kind: "removed" });
    }),
  );

  test(
    "counts as revoked after the server died between its CA's yes and the commit",
    withCa(async (pebble) => {
      const issued = await issueAt({ pebble, answers });
      const { scope, id } = issued;
      const now = new Date();
      const died = await diesBeforeCommit(() =>
        requestRevocation(scope, { certificateId: id, reason: "superseded" }, now),
      );
      expect(died).toBeInstanceOf(Error);
      // The CA has done it, and nothing of it is known here.
      expect(await atCa(pebble, issued)).toBe("Revoked");
      expect(await standing(issued, now)).toMatchObject({ revokedAt: null, facts: 0, wish: { isBusy: true } });
      await tick(new Date(now.getTime() + LEASE_MS - 1));
      expect((await standing(issued, now)).revokedAt).toBeNull();
      const later = new Date(now.getTime() + LEASE_MS);
      await tick(later);
      expect(await standing(issued, later)).toEqual({ revokedAt: later, facts: 1, wish: null });
    }),
  );
});

/** Ends the session that is about to commit that the CA has revoked, as when its server loses power. */
async function diesBeforeCommit(work: () => Promise<unknown>): Promise<unknown> {
  await database().execute(sql`create or replace function die() returns trigger language plpgsql as
    $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`);
  await database().execute(
    sql`create trigger die after insert on revocations for each statement execute function die()`,
  );
  try {
    return await work().catch((error: unknown) => error);
  } finally {
    await database().execute(sql`drop trigger die on revocations`);
  }
}
