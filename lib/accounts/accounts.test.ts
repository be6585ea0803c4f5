import { and, eq } from "drizzle-orm";
import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { invitations, memberships, users } from "@/drizzle/schema/accounts";
import { auditEvents } from "@/drizzle/schema/audit";
import { useTestDatabase } from "@/drizzle/test-database";
import { untilWaiting } from "@/drizzle/test-locks";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { changeRole, disableMember } from "@/lib/accounts/commands";
import { invite, join, readInvitation, revokeInvitation } from "@/lib/accounts/invitations";
import { listMembers, listOpenInvitations } from "@/lib/accounts/queries";
import { LAST_ADMIN_SENTENCE } from "@/lib/accounts/rules";
import { startSession } from "@/lib/auth/commands";
import { newId } from "@/lib/ids";

useTestDatabase();

const HOUR = 3_600_000;
const password = "four unrelated heron tables";
const fromNow = (milliseconds: number) => new Date(TEST_NOW.getTime() + milliseconds);
const address = "203.0.113.30";

function tokenOf({ link }: { link: string }): string {
  return new URL(link).pathname.split("/").at(-1) ?? "";
}

async function activeAdmins(accountId: string): Promise<number> {
  const admin = and(eq(memberships.accountId, accountId), eq(memberships.role, "admin"));
  const rows = await database().select().from(memberships).where(admin);
  return rows.filter((row) => row.disabledAt === null).length;
}

describe("the last product admin", () => {
  test("cannot be demoted or disabled, and the sentence says why", async () => {
    const admin = await insertPerson({ role: "admin" });
    const other = await insertPerson({ accountId: admin.accountId, role: "admin" });
    await changeRole(admin, { userId: other.userId, role: "member", now: TEST_NOW });
    const change = { userId: admin.userId, now: TEST_NOW };
    await expect(changeRole(admin, { ...change, role: "viewer" })).rejects.toThrow(LAST_ADMIN_SENTENCE);
    await expect(disableMember(other, change)).rejects.toThrow(LAST_ADMIN_SENTENCE);
    expect(await activeAdmins(admin.accountId)).toBe(1);
  });

  test("does not count disabled ones", async () => {
    const admin = await insertPerson({ role: "admin" });
    const other = await insertPerson({ accountId: admin.accountId, role: "admin" });
    await disableMember(admin, { userId: other.userId, now: TEST_NOW });
    const change = { userId: admin.userId, role: "member", now: TEST_NOW } as const;
    await expect(changeRole(admin, change)).rejects.toThrow(LAST_ADMIN_SENTENCE);
  });

  test("stays when two admins demote or disable each other at the same moment", async () => {
    for (let round = 0; round < 10; round += 1) {
      const one = await insertPerson({ role: "admin" });
      const two = await insertPerson({ accountId: one.accountId, role: "admin" });
      const outcomes = await Promise.allSettled([
        changeRole(one, { userId: two.userId, role: "viewer", now: TEST_NOW }),
        round % 2 === 0
          ? changeRole(two, { userId: one.userId, role: "viewer", now: TEST_NOW })
          : disableMember(two, { userId: one.userId, now: TEST_NOW }),
      ]);
      expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
      expect(await activeAdmins(one.accountId)).toBe(1);
    }
  });

  test("stays when two transactions overlap and the first commits while the second waits", async () => {
    const one = await insertPerson({ role: "admin" });
    const two = await insertPerson({ accountId: one.accountId, role: "admin" });
    const first = new Client(process.env.DATABASE_URL);
    await first.connect();
    try {
      await first.query("begin");
      await first.query("update memberships set role = 'viewer' where account_id = $1 and user_id = $2", [
        one.accountId,
        two.userId,
      ]);
      const second = changeRole(two, { userId: one.userId, role: "viewer", now: TEST_NOW });
      second.catch(() => undefined);
      await expect(Promise.race([second.then(() => "done"), untilWaiting()])).resolves.toBeUndefined();
      await first.query("commit");
      await expect(second).rejects.toThrow(LAST_ADMIN_SENTENCE);
    } finally {
      await first.end();
    }
    expect(await activeAdmins(one.accountId)).toBe(1);
  });
});

describe("changing members", () => {
  test("is audited with who, whom, from what and to what", async () => {
    const admin = await insertPerson({ role: "admin" });
    const { userId, email } = await insertPerson({ accountId: admin.accountId, role: "viewer" });
    await changeRole(admin, { userId, role: "member", now: TEST_NOW });
    await changeRole(admin, { userId, role: "member", now: TEST_NOW });
    const events = await database().select().from(auditEvents).where(eq(auditEvents.subjectId, userId));
    expect(events).toMatchObject([
      { actorLabel: admin.email, action: "member.role_changed", details: { email, from: "viewer", to: "member" } },
    ]);
  });

  test("of another account is answered as for somebody unknown", async () => {
    const admin = await insertPerson({ role: "admin" });
    const stranger = await insertPerson({ role: "viewer" });
    const answer = (userId: string) =>
      changeRole(admin, { userId, role: "member", now: TEST_NOW }).catch((error: unknown) => String(error));
    expect(await answer(stranger.userId)).toBe(await answer(newId()));
    expect((await listMembers(admin)).map((member) => member.userId)).toEqual([admin.userId]);
  });

  test("oneself: nobody disables themselves", async () => {
    const admin = await insertPerson({ role: "admin" });
    await insertPerson({ accountId: admin.accountId, role: "admin" });
    await expect(disableMember(admin, { userId: admin.userId, now: TEST_NOW })).rejects.toThrow(
      /cannot disable yourself/,
    );
  });

  test("shows when each was last seen", async () => {
    const admin = await insertPerson({ role: "admin", email: "a-first@example.test" });
    const other = await insertPerson({ accountId: admin.accountId, email: "b-second@example.test" });
    await startSession(other.userId, fromNow(-HOUR));
    await startSession(other.userId, fromNow(-2 * HOUR));
    expect(await listMembers(admin)).toMatchObject([
      { email: admin.email, lastSeenAt: null, isYou: true },
      { email: other.email, lastSeenAt: fromNow(-HOUR), isYou: false },
    ]);
  });
});

describe("an invitation", () => {
  test("makes a member with the role it names, once", async () => {
    const admin = await insertPerson({ role: "admin" });
    const email = `new-${newId()}@example.test`;
    const token = tokenOf(await invite(admin, { email, role: "member", now: TEST_NOW }));
    expect(await join({ token, password, address }, TEST_NOW)).toEqual({ email });
    expect(await listMembers(admin)).toEqual(
      expect.arrayContaining([expect.objectContaining({ email, role: "member", disabledAt: null })]),
    );
    await expect(join({ token, password, address }, TEST_NOW)).rejects.toThrow(/used, revoked or older/);
    expect(await readInvitation(token, TEST_NOW)).toBeNull();
  });

  test("keeps only the hash of its token", async () => {
    const admin = await insertPerson({ role: "admin" });
    const token = tokenOf(await invite(admin, { email: "kept@example.test", role: "viewer", now: TEST_NOW }));
    const rows = await database().select().from(invitations).where(eq(invitations.accountId, admin.accountId));
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test("works until 72 hours have passed, to the millisecond", async () => {
    const admin = await insertPerson({ role: "admin" });
    const email = `late-${newId()}@example.test`;
    const token = tokenOf(await invite(admin, { email, role: "viewer", now: TEST_NOW }));
    await expect(join({ token, password, address }, fromNow(72 * HOUR))).rejects.toThrow(/used, revoked or older/);
    expect(await listOpenInvitations(admin, fromNow(72 * HOUR))).toEqual([]);
    await expect(join({ token, password, address }, fromNow(72 * HOUR - 1))).resolves.toEqual({ email });
  });

  test("is worth nothing once revoked or replaced by a newer one", async () => {
    const admin = await insertPerson({ role: "admin" });
    const email = `twice-${newId()}@example.test`;
    const first = tokenOf(await invite(admin, { email, role: "viewer", now: TEST_NOW }));
    const second = tokenOf(await invite(admin, { email, role: "viewer", now: TEST_NOW }));
    await expect(join({ token: first, password, address }, TEST_NOW)).rejects.toThrow(/used, revoked or older/);
    const [open] = await listOpenInvitations(admin, TEST_NOW);
    await revokeInvitation(admin, { invitationId: open?.invitationId ?? "", now: TEST_NOW });
    await expect(join({ token: second, password, address }, TEST_NOW)).rejects.toThrow(/used, revoked or older/);
  });

  test.each([
    ["is demoted", changeRole],
    ["is disabled", disableMember],
  ])("is worth nothing once the one who made it %s", async (_, takeAway) => {
    const admin = await insertPerson({ role: "admin" });
    const leaving = await insertPerson({ accountId: admin.accountId, role: "admin" });
    const email = `back-door-${newId()}@example.test`;
    const token = tokenOf(await invite(leaving, { email, role: "admin", now: TEST_NOW }));
    expect(await listOpenInvitations(admin, TEST_NOW)).toHaveLength(1);
    await takeAway(admin, { userId: leaving.userId, role: "member", now: TEST_NOW });
    expect(await readInvitation(token, TEST_NOW)).toBeNull();
    expect(await listOpenInvitations(admin, TEST_NOW)).toEqual([]);
    await expect(join({ token, password, address }, TEST_NOW)).rejects.toMatchObject({ code: "not_found" });
    expect(await activeAdmins(admin.accountId)).toBe(1);
  });

  test("cannot be revoked from another account", async () => {
    const admin = await insertPerson({ role: "admin" });
    const stranger = await insertPerson({ role: "admin" });
    await invite(admin, { email: `mine-${newId()}@example.test`, role: "viewer", now: TEST_NOW });
    const [open] = await listOpenInvitations(admin, TEST_NOW);
    const theirs = revokeInvitation(stranger, { invitationId: open?.invitationId ?? "", now: TEST_NOW });
    await expect(theirs).rejects.toThrow(/not open any more/);
    expect(await listOpenInvitations(admin, TEST_NOW)).toHaveLength(1);
  });

  test("used by two at the same moment makes one member", async () => {
    const admin = await insertPerson({ role: "admin" });
    const email = `race-${newId()}@example.test`;
    const token = tokenOf(await invite(admin, { email, role: "viewer", now: TEST_NOW }));
    const joins = Array.from({ length: 4 }, () => join({ token, password, address }, TEST_NOW));
    const outcomes = await Promise.allSettled(joins);
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    expect(await database().select().from(users).where(eq(users.email, email))).toHaveLength(1);
    expect(await listMembers(admin)).toHaveLength(2);
  });

  test("refuses a weak password and stays good", async () => {
    const admin = await insertPerson({ role: "admin" });
    const email = `weak-${newId()}@example.test`;
    const token = tokenOf(await invite(admin, { email, role: "viewer", now: TEST_NOW }));
    await expect(join({ token, password: "password1234", address }, TEST_NOW)).rejects.toThrow(/too easy to guess/);
    await expect(join({ token, password, address }, TEST_NOW)).resolves.toEqual({ email });
  });

  test("asks somebody who is known elsewhere for the password they have, in turns", async () => {
    const [here, there] = [await insertPerson({ role: "admin" }), await insertPerson({ role: "admin" })];
    const email = `known-${newId()}@example.test`;
    const first = tokenOf(await invite(here, { email, role: "viewer", now: TEST_NOW }));
    await join({ token: first, password, address }, TEST_NOW);
    const second = tokenOf(await invite(there, { email, role: "member", now: TEST_NOW }));
    const from = { token: second, address: "203.0.113.31" };
    for (let time = 0; time < 5; time += 1) {
      await expect(join({ ...from, password: "wrong wrong wrong" }, TEST_NOW)).rejects.toThrow(/another one/);
    }
    await expect(join({ ...from, password }, TEST_NOW)).rejects.toThrow(/Try again in 2 seconds/);
    await expect(join({ ...from, password }, fromNow(2_000))).resolves.toEqual({ email });
    expect(await listMembers(there)).toHaveLength(2);
  });

  test("is not made for somebody who is a member, disabled ones included", async () => {
    const admin = await insertPerson({ role: "admin" });
    const { email, userId } = await insertPerson({ accountId: admin.accountId });
    await disableMember(admin, { userId, now: TEST_NOW });
    await expect(invite(admin, { email, role: "admin", now: TEST_NOW })).rejects.toThrow(/a member already/);
  });
});
