import { beforeEach, describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { signInFailures } from "@/drizzle/schema/sign-in";
import { useTestDatabase } from "@/drizzle/test-database";
import { TEST_NOW } from "@/drizzle/test-rows";
import { forgetOldFailures, forgiveAttempt, takeTurn } from "@/lib/auth/throttle";

useTestDatabase();
beforeEach(async () => {
  await database().delete(signInFailures);
});

const someone = { email: "someone@example.test", address: "203.0.113.9" };
const fromNow = (seconds: number) => new Date(TEST_NOW.getTime() + seconds * 1_000);

async function fail(times: number, attempt = someone): Promise<void> {
  for (let time = 0; time < times; time += 1) expect(await takeTurn(attempt, TEST_NOW)).toEqual({ kind: "admitted" });
}

describe("failed sign-ins", () => {
  test("make the sixth attempt wait 2 seconds, the next 4, to the millisecond", async () => {
    await fail(5);
    expect(await takeTurn(someone, TEST_NOW)).toEqual({ kind: "wait", seconds: 2 });
    expect(await takeTurn(someone, new Date(fromNow(2).getTime() - 1))).toEqual({ kind: "wait", seconds: 1 });
    expect(await takeTurn(someone, fromNow(2))).toEqual({ kind: "admitted" });
    expect(await takeTurn(someone, fromNow(2))).toEqual({ kind: "wait", seconds: 4 });
    expect(await takeTurn(someone, fromNow(6))).toEqual({ kind: "admitted" });
  });

  test("never make anybody wait longer than a quarter of an hour", async () => {
    await fail(5);
    let now = TEST_NOW;
    for (let failures = 6; failures <= 40; failures += 1) {
      now = new Date(now.getTime() + 900_000);
      expect(await takeTurn(someone, now)).toEqual({ kind: "admitted" });
    }
    expect(await takeTurn(someone, now)).toEqual({ kind: "wait", seconds: 900 });
  });

  test("that come during the wait do not make it longer", async () => {
    await fail(5);
    for (let time = 0; time < 50; time += 1) await takeTurn(someone, fromNow(1));
    expect(await takeTurn(someone, fromNow(2))).toEqual({ kind: "admitted" });
  });

  test("cannot slip past the limit by coming at the same moment", async () => {
    const turns = await Promise.all(Array.from({ length: 30 }, () => takeTurn(someone, TEST_NOW)));
    expect(turns.filter((turn) => turn.kind === "admitted")).toHaveLength(5);
  });

  test("that are no more than usual make nobody wait whose clock was read a moment earlier", async () => {
    expect((await takeTurn({ ...someone, email: "quicker@example.test" }, fromNow(0.5))).kind).toBe("admitted");
    expect((await takeTurn(someone, TEST_NOW)).kind).toBe("admitted");
    await forgiveAttempt({ ...someone, email: "quicker@example.test" }, fromNow(0.5));
    expect((await takeTurn(someone, fromNow(0.1))).kind).toBe("admitted");
  });

  test("of one address slow it down whatever the names, and nobody at another address", async () => {
    for (let name = 0; name < 20; name += 1) await fail(1, { ...someone, email: `guess-${name}@example.test` });
    const stranger = { ...someone, email: "one-more@example.test" };
    expect(await takeTurn(stranger, TEST_NOW)).toEqual({ kind: "wait", seconds: 2 });
    expect(await takeTurn({ ...stranger, address: "198.51.100.7" }, TEST_NOW)).toEqual({ kind: "admitted" });
  });

  test("of somebody who never stops guessing do not keep the person out elsewhere", async () => {
    const guesser = { ...someone, address: "198.51.100.66" };
    let now = TEST_NOW;
    for (let time = 0; time < 24; time += 1) {
      now = new Date(now.getTime() + 900_000);
      expect(await takeTurn(guesser, now)).toEqual({ kind: "admitted" });
    }
    expect((await takeTurn(guesser, now)).kind).toBe("wait");
    expect(await takeTurn(someone, now)).toEqual({ kind: "admitted" });
  });

  test("of one person at many addresses count together, and make the person wait half a minute at most", async () => {
    for (let host = 0; host < 25; host += 1) await fail(1, { ...someone, address: `198.51.100.${host}` });
    expect(await takeTurn(someone, TEST_NOW)).toEqual({ kind: "wait", seconds: 2 });
    expect((await takeTurn({ ...someone, email: "other@example.test" }, TEST_NOW)).kind).toBe("admitted");
    let now = TEST_NOW;
    for (let host = 25; host < 60; host += 1) {
      now = new Date(now.getTime() + 30_000);
      await takeTurn({ ...someone, address: `198.51.100.${host}` }, now);
    }
    expect(await takeTurn(someone, now)).toEqual({ kind: "wait", seconds: 30 });
    expect(await takeTurn(someone, new Date(now.getTime() + 30_000))).toEqual({ kind: "admitted" });
  });

  test("that were refused because of the person are not held against the address", async () => {
    await fail(5);
    for (let time = 0; time < 30; time += 1) await takeTurn(someone, TEST_NOW);
    expect((await takeTurn({ ...someone, email: "other@example.test" }, TEST_NOW)).kind).toBe("admitted");
  });

  test("are forgiven by the right password", async () => {
    await fail(4);
    await takeTurn(someone, TEST_NOW);
    await forgiveAttempt(someone, TEST_NOW);
    await fail(5);
    expect((await takeTurn(someone, TEST_NOW)).kind).toBe("wait");
  });

  test("of an address are not wiped away by signing in as somebody else in between", async () => {
    for (let name = 0; name < 19; name += 1) await fail(1, { ...someone, email: `guess-${name}@example.test` });
    await fail(1, someone);
    await forgiveAttempt(someone, TEST_NOW);
    await fail(1, { ...someone, email: "guess-20@example.test" });
    expect((await takeTurn({ ...someone, email: "guess-21@example.test" }, TEST_NOW)).kind).toBe("wait");
  });

  test("are forgotten after 24 hours without one", async () => {
    await fail(5);
    const day = 24 * 3_600;
    expect((await takeTurn(someone, fromNow(day))).kind).toBe("admitted");
    expect((await takeTurn(someone, fromNow(day))).kind).toBe("wait");
    const later = new Date(fromNow(2 * day).getTime() + 1);
    for (let time = 0; time < 5; time += 1) expect((await takeTurn(someone, later)).kind).toBe("admitted");
  });

  test("leave no rows behind for ever", async () => {
    await fail(1);
    await forgetOldFailures(fromNow(24 * 3_600));
    expect(await database().select().from(signInFailures)).toHaveLength(3);
    await forgetOldFailures(new Date(fromNow(24 * 3_600).getTime() + 1));
    expect(await database().select().from(signInFailures)).toHaveLength(0);
  });
});
