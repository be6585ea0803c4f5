import { and, eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import { certificates, revocations } from "@/drizzle/schema/certificates";
import { revocationChecks } from "@/drizzle/schema/revocation";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { hasOpenssl, type Made } from "@/e2e/foreign-ca";
import { type ForeignCaServer, startForeignCa } from "@/e2e/foreign-ca-server";
import { mintJobScope, type Scope } from "@/lib/auth/scope";
import { importCertificates } from "@/lib/certificates/import";
import { readCertificateFile } from "@/lib/certificates/parse-file";
import { DAY_MS } from "@/lib/certificates/rules";
import { checkRevocation } from "@/lib/revocation/check";
import { claimChecks } from "@/lib/revocation/check-claim";
import { revocationCheckTasks } from "@/lib/revocation/check-job";

process.env.CERTSWEEP_PROBE_NETWORKS = "public,private,loopback";
useTestDatabase();

const openssl = await hasOpenssl();
const never = new AbortController().signal;

afterEach(async () => {
  await database().delete(revocationChecks);
});

function checksOf(scope: Scope) {
  return database().select().from(revocationChecks).where(eq(revocationChecks.accountId, scope.accountId));
}

describe.runIf(openssl)("a round", () => {
  let server: ForeignCaServer;
  let valid: Made;
  let revoked: Made;
  beforeAll(async () => {
    server = await startForeignCa();
    valid = await server.ca.issue({ name: "valid.example.test" });
    revoked = await server.ca.issue({ name: "revoked.example.test" });
    await server.ca.revoke(revoked, "keyCompromise");
  });
  afterEach(() => {
    server.fault(null);
    server.asked.length = 0;
  });
  afterAll(() => server.stop());

  async function upload(scope: Scope, ...made: Made[]): Promise<string[]> {
    const chain = await server.ca.pem;
    const incoming = made.flatMap(({ pem }) => {
      const reading = readCertificateFile(Buffer.from(`${pem}\n${chain}`));
      return reading.kind === "certificates" ? reading.groups : [];
    });
    const added = await importCertificates(
      scope,
      incoming.map((group) => ({ group, givenName: null, source: "uploaded" as const, isSample: false })),
      new Date(),
    );
    return added.map(({ id }) => id);
  }

  const round = async (now: Date) => {
    const scopeOf = (accountId: string) => mintJobScope(accountId, "Certsweep");
    const tasks = revocationCheckTasks({ clock: () => now, signal: never, scopeOf });
    await tasks.revocation_checks_tick();
  };

  const rowOf = async (id: string) => {
    const [row] = await database().select().from(certificates).where(eq(certificates.id, id));
    return row;
  };

  test("an upload is asked about within the hour, and what its CA revoked turns revoked", async () => {
    const scope = await insertPerson();
    const [validId = "", revokedId = ""] = await upload(scope, valid, revoked);
    const later = new Date(Date.now() + 3_600_000);
    await round(later);
    expect((await rowOf(validId))?.revokedAt).toBeNull();
    expect((await rowOf(revokedId))?.revokedAt).toBeInstanceOf(Date);
    const checks = new Map((await checksOf(scope)).map((row) => [row.certificateId, row]));
    expect(checks.get(validId)).toMatchObject({
      answer: "good",
      source: "ocsp",
      problem: null,
      failures: 0,
      checkedAt: later,
    });
    const wait = (checks.get(validId)?.nextCheckAt.getTime() ?? 0) - later.getTime();
    expect(wait).toBeGreaterThanOrEqual(DAY_MS - 2 * 3_600_000);
    expect(wait).toBeLessThanOrEqual(DAY_MS);
    const [kept] = await database().select().from(revocations).where(eq(revocations.accountId, scope.accountId));
    expect(kept).toMatchObject({ origin: "ca", reason: "keyCompromise", authorityId: null });
    const events = await database()
      .select()
      .from(auditEvents)
      .where(and(eq(auditEvents.accountId, scope.accountId), eq(auditEvents.action, "certificate.revoked")));
    expect(events).toMatchObject([{ subjectId: revokedId, actorLabel: "Certsweep", details: { origin: "ca" } }]);
    server.asked.length = 0;
    await round(later);
    expect(server.asked).toEqual([]);
  });

  test("a check that fails changes nothing but when it is made again, later each time", async () => {
    const scope = await insertPerson();
    const [id = ""] = await upload(scope, revoked);
    server.fault(() => ({ body: "<html>gone</html>" }));
    let now = new Date(Date.now() + 3_600_000);
    const waits = [];
    for (let count = 1; count <= 5; count += 1) {
      await round(now);
      const [check] = await checksOf(scope);
      expect(check).toMatchObject({ answer: "failed", source: null, failures: count });
      expect(check?.problem).toContain("a web page");
      waits.push(((check?.nextCheckAt.getTime() ?? 0) - now.getTime()) / 3_600_000);
      now = check?.nextCheckAt ?? now;
    }
    expect((await rowOf(id))?.revokedAt).toBeNull();
    for (const [index, least] of [1, 4, 12, 22, 22].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(least);
      expect(waits[index]).toBeLessThanOrEqual(least + 1);
    }
  });

  test("who asks gets the answer of the moment, and the job waits a day again", async () => {
    const scope = await insertPerson();
    const fresh = await server.ca.issue({ name: "fresh.example.test" });
    const [id = ""] = await upload(scope, fresh);
    expect(await checkRevocation(scope, id, new Date(), never)).toMatchObject({ answer: "good", source: "ocsp" });
    await server.ca.revoke(fresh, "cessationOfOperation");
    expect(await checkRevocation(scope, id, new Date(), never)).toMatchObject({
      answer: "revoked",
      sentence: "Its CA has revoked it.",
    });
    expect((await rowOf(id))?.revokedAt).toBeInstanceOf(Date);
    await expect(checkRevocation(scope, id, new Date(), never)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("revoked already"),
    });
    const [check] = await checksOf(scope);
    expect(check?.nextCheckAt).toEqual((await rowOf(id))?.notAfter);
  });

  test("there is nothing to ask about what has expired, was issued here, or is not there", async () => {
    const scope = await insertPerson();
    const refusal = async (id: string) =>
      checkRevocation(scope, id, TEST_NOW, never).then(
        () => "asked",
        (error: Error) => error.message,
      );
    const expired = await insertCertificate(scope.accountId, { notAfter: new Date(TEST_NOW.getTime() - 1) });
    const issued = await insertCertificate(scope.accountId, { source: "issued" });
    const other = await insertCertificate((await insertPerson()).accountId);
    expect(await refusal(expired.id)).toContain("has expired");
    expect(await refusal(issued.id)).toContain("Only uploaded");
    expect(await refusal(other.id)).toContain("no such certificate");
  });

  test("a slow responder holds up two checks and not those of others", async () => {
    const scope = await insertPerson();
    const slow = await startForeignCa("Slow CA");
    slow.fault(() => "hang");
    const names = Array.from({ length: 6 }, (_, index) => `slow-${index}.example.test`);
    const made = [];
    for (const name of names) made.push(await slow.ca.issue({ name }));
    const groups = [...made.map((each) => ({ made: each, ca: slow.ca })), { made: valid, ca: server.ca }];
    const ids = [];
    for (const { made: each, ca } of groups) {
      const reading = readCertificateFile(Buffer.from(`${each.pem}\n${await ca.pem}`));
      const incoming = reading.kind === "certificates" ? reading.groups : [];
      const [added] = await importCertificates(
        scope,
        incoming.map((group) => ({ group, givenName: null, source: "uploaded" as const, isSample: false })),
        new Date(),
      );
      ids.push(added?.id);
    }
    const later = new Date(Date.now() + 3_600_000);
    // The one that is well comes last.
    await database().update(revocationChecks).set({ nextCheckAt: later });
    await database()
      .update(revocationChecks)
      .set({ nextCheckAt: new Date(later.getTime() - 1_000) })
      .where(sql`certificate_id <> ${ids.at(-1)}`);
    const stop = new AbortController();
    const scopeOf = (accountId: string) => mintJobScope(accountId, "Certsweep");
    const tasks = revocationCheckTasks({ clock: () => later, signal: stop.signal, scopeOf });
    const going = tasks.revocation_checks_tick();
    await expect
      .poll(async () => (await checksOf(scope)).filter(({ answer }) => answer === "good").length, { timeout: 20_000 })
      .toBe(1);
    expect(slow.asked.length).toBeLessThanOrEqual(2);
    stop.abort();
    await going;
    // What was taken and not made is due again at once.
    expect((await claimChecks(later, 50)).due.length).toBeGreaterThanOrEqual(4);
    await slow.stop();
  });
});
