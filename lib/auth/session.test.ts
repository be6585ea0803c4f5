import { eq } from "drizzle-orm";
import { encode } from "next-auth/jwt";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { memberships, users } from "@/drizzle/schema/accounts";
import { sessions } from "@/drizzle/schema/sign-in";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { changeRole, disableMember, enableMember, signOutEverywhere } from "@/lib/accounts/commands";
import { checkPassword, endSession, startSession } from "@/lib/auth/commands";
import { hashPassword } from "@/lib/auth/passwords";
import { readSession } from "@/lib/auth/session";
import { env } from "@/lib/env";

useTestDatabase();

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const fromNow = (milliseconds: number) => new Date(TEST_NOW.getTime() + milliseconds);

async function signIn(userId: string): Promise<string> {
  const sid = await startSession(userId, TEST_NOW);
  return encode({ token: { sid }, secret: env().CERTSWEEP_SECRET });
}

describe("a session", () => {
  test("says who is there, with the account and the role that the database has now", async () => {
    const person = await insertPerson({ role: "member" });
    const token = await signIn(person.userId);
    expect(await readSession(token, TEST_NOW)).toMatchObject({
      userId: person.userId,
      email: person.email,
      accountId: person.accountId,
      role: "member",
    });
  });

  test("ends after 12 hours without a request, to the millisecond", async () => {
    const { userId } = await insertPerson();
    const token = await signIn(userId);
    expect(await readSession(token, fromNow(12 * HOUR))).toBeNull();
    expect(await readSession(token, fromNow(12 * HOUR - 1))).not.toBeNull();
    // That request was a sign of life.
    expect(await readSession(token, fromNow(24 * HOUR - 2))).not.toBeNull();
  });

  test("ends 7 days after sign-in, however busy, to the millisecond", async () => {
    const { userId } = await insertPerson();
    const token = await signIn(userId);
    for (let time = 11 * HOUR; time < 7 * DAY; time += 11 * HOUR) {
      expect(await readSession(token, fromNow(time))).not.toBeNull();
    }
    expect(await readSession(token, fromNow(7 * DAY - 1))).not.toBeNull();
    expect(await readSession(token, fromNow(7 * DAY))).toBeNull();
  });

  test("ends at sign-out, and that one only", async () => {
    const { userId } = await insertPerson();
    const [here, there] = [await signIn(userId), await signIn(userId)];
    const signedIn = await readSession(here, TEST_NOW);
    await endSession(signedIn?.sessionId ?? "", TEST_NOW);
    expect(await readSession(here, TEST_NOW)).toBeNull();
    expect(await readSession(there, TEST_NOW)).not.toBeNull();
  });

  test("ends everywhere at once when a product admin says so", async () => {
    const admin = await insertPerson({ role: "admin" });
    const person = await insertPerson({ accountId: admin.accountId });
    const tokens = [await signIn(person.userId), await signIn(person.userId)];
    await signOutEverywhere(admin, { userId: person.userId, now: TEST_NOW });
    for (const token of tokens) expect(await readSession(token, TEST_NOW)).toBeNull();
    expect(await readSession(await signIn(person.userId), TEST_NOW)).not.toBeNull();
  });

  test("is worth nothing while the person is disabled, nor after they are enabled again", async () => {
    const admin = await insertPerson({ role: "admin" });
    const { userId } = await insertPerson({ accountId: admin.accountId });
    const token = await signIn(userId);
    await disableMember(admin, { userId, now: TEST_NOW });
    expect(await readSession(token, TEST_NOW)).toBeNull();
    expect(await readSession(await signIn(userId), TEST_NOW)).toBeNull();
    await enableMember(admin, { userId, now: TEST_NOW });
    expect(await readSession(token, TEST_NOW)).toBeNull();
    expect(await readSession(await signIn(userId), TEST_NOW)).not.toBeNull();
  });

  test("shows a new role with the very next request", async () => {
    const admin = await insertPerson({ role: "admin" });
    const { userId } = await insertPerson({ accountId: admin.accountId, role: "admin" });
    const token = await signIn(userId);
    await changeRole(admin, { userId, role: "viewer", now: TEST_NOW });
    expect(await readSession(token, TEST_NOW)).toMatchObject({ role: "viewer" });
  });

  test("is nobody's with a forged, foreign or empty token, or one that names no session", async () => {
    const { userId } = await insertPerson();
    const sid = await startSession(userId, TEST_NOW);
    const foreign = await encode({ token: { sid }, secret: "another secret of 32 characters or more" });
    const nameless = await encode({ token: { sub: userId }, secret: env().CERTSWEEP_SECRET });
    for (const token of [undefined, "", "x", foreign, nameless]) expect(await readSession(token, TEST_NOW)).toBeNull();
  });

  test("does not begin for somebody who does not exist", async () => {
    expect(await startSession("019aa000-0000-7000-8000-000000000000", TEST_NOW)).toBeNull();
    expect(await database().select().from(sessions).where(eq(sessions.sessionVersion, 0))).toEqual([]);
  });
});

describe("checking who signs in", () => {
  const password = "four unrelated heron tables";

  async function insertWithPassword() {
    const person = await insertPerson();
    await database()
      .update(users)
      .set({ passwordHash: await hashPassword(password) })
      .where(eq(users.id, person.userId));
    return person;
  }

  test("admits the right password and gives strangers and wrong passwords the same answer", async () => {
    const { email, userId } = await insertWithPassword();
    const address = "203.0.113.20";
    expect(await checkPassword({ email, password, address }, TEST_NOW)).toEqual({ kind: "right", userId });
    const wrong = await checkPassword({ email, password: "another one entirely", address }, TEST_NOW);
    const unknown = await checkPassword({ email: "nobody@example.test", password, address }, TEST_NOW);
    expect(wrong).toEqual({ kind: "wrong" });
    expect(unknown).toEqual(wrong);
  });

  test("tells of a disabled person only to who knows the password", async () => {
    const { email, userId } = await insertWithPassword();
    await database().update(memberships).set({ disabledAt: TEST_NOW }).where(eq(memberships.userId, userId));
    const address = "203.0.113.21";
    expect(await checkPassword({ email, password, address }, TEST_NOW)).toEqual({ kind: "disabled" });
    expect(await checkPassword({ email, password: "wrong wrong wrong", address }, TEST_NOW)).toEqual({ kind: "wrong" });
  });

  test("does not look at the password while somebody has to wait", async () => {
    const { email } = await insertWithPassword();
    const address = "203.0.113.22";
    const guesses = Array.from({ length: 12 }, () =>
      checkPassword({ email, password: "a wrong guess", address }, TEST_NOW),
    );
    expect((await Promise.all(guesses)).filter((answer) => answer.kind === "wrong")).toHaveLength(5);
    expect(await checkPassword({ email, password, address }, TEST_NOW)).toEqual({ kind: "wait", seconds: 2 });
    expect(await checkPassword({ email, password, address }, fromNow(2_000))).toMatchObject({ kind: "right" });
  });
});
