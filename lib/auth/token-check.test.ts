import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { apiTokenWindows } from "@/drizzle/schema/api-tokens";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { admitToken } from "@/lib/auth/token-gate";
import { createToken } from "@/lib/tokens/commands";
import { RATE_LIMIT_REQUESTS, RATE_LIMIT_SECONDS } from "@/lib/tokens/rules";

useTestDatabase();

const LIMIT = RATE_LIMIT_REQUESTS;
const WINDOW_MS = RATE_LIMIT_SECONDS * 1_000;
const later = (milliseconds: number) => new Date(TEST_NOW.getTime() + milliseconds);

async function makeToken() {
  const person = await insertPerson();
  return createToken(person, { name: "busy", role: "viewer", days: 90, ranges: [], now: TEST_NOW });
}

function ask(token: string, now = TEST_NOW) {
  const headers = new Headers({ authorization: `Bearer ${token}` });
  return admitToken({ headers, address: "203.0.113.9" }, "certificates:read", now);
}

/** So many requests in the present window, as if they had been made. */
async function count(tokenId: string, requests: number): Promise<void> {
  await database().update(apiTokenWindows).set({ requests }).where(eq(apiTokenWindows.tokenId, tokenId));
}

test("the last request of the limit is answered, the next is not, until the window ends", async () => {
  const { token, tokenId } = await makeToken();
  expect(await ask(token)).toMatchObject({ rateLimit: { limit: LIMIT, remaining: LIMIT - 1, resetSeconds: 300 } });
  await count(tokenId, LIMIT - 1);
  expect(await ask(token, later(1))).toMatchObject({
    kind: "admitted",
    rateLimit: { remaining: 0, resetSeconds: 300 },
  });
  const rateLimit = { limit: LIMIT, remaining: 0, resetSeconds: 200 };
  expect(await ask(token, later(100_000))).toEqual({ kind: "limited", rateLimit, retryAfterSeconds: 200 });
  expect(await ask(token, later(WINDOW_MS - 1))).toMatchObject({ kind: "limited", retryAfterSeconds: 1 });
  expect(await ask(token, later(WINDOW_MS))).toMatchObject({
    kind: "admitted",
    rateLimit: { remaining: LIMIT - 1, resetSeconds: 300 },
  });
});

test("what was refused does not make the wait longer, nor the count greater", async () => {
  const { token, tokenId } = await makeToken();
  await ask(token);
  await count(tokenId, LIMIT);
  for (let time = 0; time < 5; time += 1) expect((await ask(token, later(299_000))).kind).toBe("limited");
  const [window] = await database().select().from(apiTokenWindows).where(eq(apiTokenWindows.tokenId, tokenId));
  expect(window).toMatchObject({ requests: LIMIT + 1, startedAt: TEST_NOW });
});

test("fifty requests at the same moment through two servers are counted one by one", async () => {
  const { token, tokenId } = await makeToken();
  await ask(token);
  await count(tokenId, LIMIT - 30);
  const one = globalThis.certsweepDatabase;
  const present = () => globalThis.certsweepDatabase;
  const here = Array.from({ length: 25 }, () => ask(token));
  globalThis.certsweepDatabase = undefined;
  const there = Array.from({ length: 25 }, () => ask(token));
  const other = present();
  const admissions = await Promise.all([...here, ...there]);
  globalThis.certsweepDatabase = one;
  await other?.close();
  expect(other).not.toBe(one);
  const left = admissions.flatMap((admission) =>
    admission.kind === "admitted" ? [admission.rateLimit.remaining] : [],
  );
  expect(left.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, remaining) => remaining));
  expect(admissions.filter((admission) => admission.kind === "limited")).toHaveLength(20);
});

test("the first requests of all, at the same moment, make one window", async () => {
  const { token } = await makeToken();
  const admissions = await Promise.all(Array.from({ length: 50 }, () => ask(token)));
  const left = admissions.flatMap((admission) =>
    admission.kind === "admitted" ? [admission.rateLimit.remaining] : [],
  );
  expect(left.sort((a, b) => b - a)).toEqual(Array.from({ length: 50 }, (_, asked) => LIMIT - 1 - asked));
});

test("a server whose clock is a little behind counts in the same window; one that is far off begins another", async () => {
  const { token } = await makeToken();
  await ask(token, later(10_000));
  expect(await ask(token)).toMatchObject({ rateLimit: { remaining: LIMIT - 2 } });
  expect(await ask(token, later(10_000 - WINDOW_MS - 1))).toMatchObject({
    rateLimit: { remaining: LIMIT - 1, resetSeconds: 300 },
  });
});

test("tokens of one person have a limit each", async () => {
  const person = await insertPerson();
  const asked = { name: "one", role: "viewer", days: 90, ranges: [], now: TEST_NOW } as const;
  const [one, two] = [
    await createToken(person, { ...asked, ranges: [] }),
    await createToken(person, { ...asked, ranges: [] }),
  ];
  await ask(one.token);
  await count(one.tokenId, LIMIT);
  expect((await ask(one.token)).kind).toBe("limited");
  expect(await ask(two.token)).toMatchObject({ kind: "admitted", rateLimit: { remaining: LIMIT - 1 } });
});
