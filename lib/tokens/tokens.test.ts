import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { memberships } from "@/drizzle/schema/accounts";
import { apiTokens } from "@/drizzle/schema/api-tokens";
import { auditEvents } from "@/drizzle/schema/audit";
import { useTestDatabase } from "@/drizzle/test-database";
import { untilWaiting } from "@/drizzle/test-locks";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { changeRole, disableMember, enableMember } from "@/lib/accounts/commands";
import { ROLES } from "@/lib/accounts/rules";
import { lesserRole } from "@/lib/auth/rules";
import type { PersonScope } from "@/lib/auth/scope";
import { hashToken } from "@/lib/auth/tokens";
import { DAY_MS } from "@/lib/certificates/rules";
import { newId } from "@/lib/ids";
import { createToken, revokeToken } from "@/lib/tokens/commands";
import { listTokens } from "@/lib/tokens/queries";
import { ENDED_TOKEN_DAYS, TOKENS_MAX } from "@/lib/tokens/rules";

useTestDatabase();

const now = TEST_NOW;
const later = (milliseconds: number) => new Date(TEST_NOW.getTime() + milliseconds);
const asked = { name: "deploy", role: "viewer", days: 90, ranges: [] as string[], now } as const;

async function eventsOf(scope: PersonScope, subjectId: string) {
  const events = await database()
    .select()
    .from(auditEvents)
    .where(and(eq(auditEvents.accountId, scope.accountId), eq(auditEvents.subjectId, subjectId)))
    .orderBy(auditEvents.id);
  return events.map(({ action, actorId, details }) => ({ action, actorId, details }));
}

describe("a new token", () => {
  test("is told once; the database has its hash, its first digits and when it ends", async () => {
    const person = await insertPerson({ role: "member" });
    const { tokenId, token, expiresAt } = await createToken(person, {
      ...asked,
      role: "member",
      ranges: ["10.1.2.3/8", "2001:DB8::1/32"],
    });
    expect(expiresAt).toEqual(later(90 * DAY_MS));
    const [row] = await database().select().from(apiTokens).where(eq(apiTokens.id, tokenId));
    expect(JSON.stringify(row)).not.toContain(token.slice(8));
    expect(row).toMatchObject({ tokenHash: hashToken(token), hint: token.slice(0, 8), expiresAt, createdAt: now });
    expect(await listTokens(person, now)).toEqual([
      {
        ...{ id: tokenId, name: "deploy", hint: token.slice(0, 8), role: "member", presentRole: "member" },
        ...{ ownerEmail: person.email, isYours: true, state: "active", createdAt: now, expiresAt },
        ...{ ranges: ["10.0.0.0/8", "2001:db8::/32"], lastUsedAt: null, lastUsedFrom: null },
        ...{ revokedAt: null, revokedByLabel: null },
      },
    ]);
  });

  test("has no higher role than its owner", async () => {
    for (const own of ROLES) {
      const person = await insertPerson({ role: own });
      for (const role of ROLES) {
        const made = createToken(person, { ...asked, role });
        if (lesserRole(role, own) === role)
          await expect(made).resolves.toMatchObject({ expiresAt: later(90 * DAY_MS) });
        else await expect(made).rejects.toMatchObject({ code: "forbidden" });
      }
    }
  });

  test("is not made while its owner is being disabled, so that none is left when they are enabled again", async () => {
    const admin = await insertPerson({ role: "admin" });
    const member = await insertPerson({ role: "member", accountId: admin.accountId });
    const made = await database().transaction(async (tx) => {
      await tx.update(memberships).set({ disabledAt: now }).where(eq(memberships.userId, member.userId));
      const waiting = createToken(member, asked).then(
        () => "made",
        (error: unknown) => String(error),
      );
      await untilWaiting();
      return { waiting };
    });
    expect(await made.waiting).toBe("AppError: The owner of the token is not a member any more.");
    await enableMember(admin, { userId: member.userId, now });
    expect(await listTokens(member, now)).toEqual([]);
  });

  test(`is one of ${TOKENS_MAX} that a person may have at once, however many are made at the same moment`, async () => {
    const person = await insertPerson();
    const outcomes = await Promise.allSettled(
      Array.from({ length: TOKENS_MAX + 3 }, () => createToken(person, { ...asked, days: 1 })),
    );
    expect(outcomes.filter((outcome) => outcome.status === "rejected")).toHaveLength(3);
    await expect(createToken(person, asked)).rejects.toThrow(`There are ${TOKENS_MAX} tokens already.`);
    const [first] = await listTokens(person, now);
    await revokeToken(person, { tokenId: first?.id ?? "", now });
    await createToken(person, asked);
    // Those that have expired do not count.
    for (let more = 1; more < TOKENS_MAX; more += 1) await createToken(person, { ...asked, now: later(DAY_MS) });
    await expect(createToken(person, { ...asked, now: later(DAY_MS) })).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("the list of tokens", () => {
  test("shows people their own and product admins everybody's, newest first", async () => {
    const admin = await insertPerson({ role: "admin" });
    const { accountId } = admin;
    const [anna, ben] = [await insertPerson({ accountId }), await insertPerson({ accountId, role: "viewer" })];
    for (const [person, name] of [
      [anna, "a"],
      [ben, "b"],
      [anna, "c"],
      [await insertPerson(), "elsewhere"],
    ] as const)
      await createToken(person, { ...asked, name });
    const seenBy = async (scope: PersonScope) =>
      (await listTokens(scope, now)).map(({ name, isYours }) => `${name}${isYours ? "!" : ""}`);
    expect(await seenBy(anna)).toEqual(["c!", "a!"]);
    expect(await seenBy(ben)).toEqual(["b!"]);
    expect(await seenBy(admin)).toEqual(["c", "b", "a"]);
  });

  test("keeps what has ended for a while", async () => {
    const person = await insertPerson();
    const { tokenId } = await createToken(person, { ...asked, name: "revoked", days: 365 });
    await createToken(person, { ...asked, name: "expired", days: 1 });
    await revokeToken(person, { tokenId, now: later(DAY_MS) });
    const gone = later((1 + ENDED_TOKEN_DAYS) * DAY_MS);
    const states = async (at: Date) => (await listTokens(person, at)).map(({ name, state }) => `${name} ${state}`);
    const both = ["expired expired", "revoked revoked"];
    expect(await states(later(DAY_MS - 1))).toEqual(["expired active", "revoked revoked"]);
    expect(await states(later(DAY_MS))).toEqual(both);
    expect(await states(new Date(gone.getTime() - 1))).toEqual(both);
    expect(await states(gone)).toEqual([]);
  });

  test("says what a token may at present, which is less when its owner may less", async () => {
    const admin = await insertPerson({ role: "admin" });
    const person = await insertPerson({ accountId: admin.accountId, role: "admin" });
    await createToken(person, { ...asked, role: "admin" });
    await changeRole(admin, { userId: person.userId, role: "viewer", now });
    expect(await listTokens(admin, now)).toMatchObject([{ role: "admin", presentRole: "viewer" }]);
  });
});

describe("revoking", () => {
  test("is for one's own tokens, and for product admins all of the account's; all others look like none", async () => {
    const admin = await insertPerson({ role: "admin" });
    const { accountId } = admin;
    const [anna, ben] = [await insertPerson({ accountId }), await insertPerson({ accountId })];
    const { tokenId } = await createToken(anna, asked);
    for (const stranger of [ben, await insertPerson({ role: "admin" })]) {
      const answers = [tokenId, newId()].map((id) => revokeToken(stranger, { tokenId: id, now }).catch(String));
      expect(await Promise.all(answers)).toEqual(Array(2).fill("AppError: There is no such token. Reload the page."));
    }
    expect(await listTokens(anna, now)).toMatchObject([{ state: "active", revokedAt: null }]);
    await revokeToken(admin, { tokenId, now });
    expect(await listTokens(anna, now)).toMatchObject([{ state: "revoked", revokedByLabel: admin.email }]);
  });

  test("is audited once, as making is, without the token", async () => {
    const person = await insertPerson();
    const { tokenId, token } = await createToken(person, { ...asked, ranges: ["203.0.113.0/24"] });
    await revokeToken(person, { tokenId, now: later(1) });
    await revokeToken(person, { tokenId, now: later(2) });
    const events = await eventsOf(person, tokenId);
    const ends = later(90 * DAY_MS).toISOString();
    expect(events).toEqual([
      {
        action: "token.created",
        actorId: person.userId,
        details: { name: "deploy", role: "viewer", expiresAt: ends, ranges: "203.0.113.0/24" },
      },
      { action: "token.revoked", actorId: person.userId, details: { name: "deploy" } },
    ]);
    expect(JSON.stringify(events)).not.toContain(token.slice(8));
  });

  test("happens to all tokens of somebody who is disabled, for good", async () => {
    const admin = await insertPerson({ role: "admin" });
    const person = await insertPerson({ accountId: admin.accountId });
    const { tokenId } = await createToken(person, asked);
    await createToken(admin, { ...asked, name: "another's" });
    await disableMember(admin, { userId: person.userId, now });
    await enableMember(admin, { userId: person.userId, now });
    expect(await listTokens(admin, now)).toMatchObject([
      { name: "another's", state: "active" },
      { name: "deploy", state: "revoked", revokedByLabel: admin.email },
    ]);
    expect((await eventsOf(admin, tokenId)).at(-1)).toEqual({
      action: "token.revoked",
      actorId: admin.userId,
      details: { name: "deploy", because: "member disabled" },
    });
  });
});
