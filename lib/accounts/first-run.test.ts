import { spawn } from "node:child_process";
import path from "node:path";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { accounts, memberships, users } from "@/drizzle/schema/accounts";
import { auditEvents } from "@/drizzle/schema/audit";
import { setupLinks } from "@/drizzle/schema/sign-in";
import { createDatabase, useTestDatabase } from "@/drizzle/test-database";
import { TEST_NOW } from "@/drizzle/test-rows";
import { isSetUp, isSetupLinkOpen, makeFirstAdmin, makeSetupToken, setUp } from "@/lib/accounts/first-run";
import { verifyPassword } from "@/lib/auth/passwords";

useTestDatabase();

const HOUR = 3_600_000;
const email = "first@example.test";
const password = "four unrelated heron tables";
const root = path.resolve(import.meta.dirname, "../..");

describe("the first run", () => {
  test("asks for a good link, a good password and an empty database, and then makes one product admin", async () => {
    const token = await makeSetupToken(TEST_NOW);
    expect(await isSetUp()).toBe(false);
    expect(JSON.stringify(await database().select().from(setupLinks))).not.toContain(token);
    expect(await isSetupLinkOpen(token, new Date(TEST_NOW.getTime() + 72 * HOUR - 1))).toBe(true);
    expect(await isSetupLinkOpen(token, new Date(TEST_NOW.getTime() + 72 * HOUR))).toBe(false);
    expect(await isSetupLinkOpen("x".repeat(43), TEST_NOW)).toBe(false);

    const late = new Date(TEST_NOW.getTime() + 72 * HOUR);
    await expect(setUp({ token, email, password }, late)).rejects.toThrow(/not good any more/);
    await expect(setUp({ token: "x".repeat(43), email, password }, TEST_NOW)).rejects.toThrow(/not good any more/);
    await expect(setUp({ token, email, password: "password1234" }, TEST_NOW)).rejects.toThrow(/too easy to guess/);
    expect(await isSetUp()).toBe(false);

    const another = await makeSetupToken(TEST_NOW);
    const outcomes = await Promise.allSettled([
      setUp({ token, email, password }, TEST_NOW),
      setUp({ token: another, email: "second@example.test", password }, TEST_NOW),
      makeFirstAdmin({ email: "third@example.test", password }, TEST_NOW),
    ]);
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    expect(await isSetUp()).toBe(true);
    const people = await database().select().from(users);
    expect(people).toHaveLength(1);
    expect(await verifyPassword(people[0]?.passwordHash ?? null, password)).toBe(true);
    expect(await database().select().from(memberships)).toMatchObject([{ role: "admin", disabledAt: null }]);
    expect(await database().select().from(accounts)).toMatchObject([{ name: "Default account" }]);
    expect(await database().select().from(auditEvents)).toMatchObject([{ action: "account.created" }]);
    expect(await isSetupLinkOpen(another, TEST_NOW)).toBe(false);
    await expect(setUp({ token: another, email, password }, TEST_NOW)).rejects.toThrow(/done already/);
  });
});

describe("npm run user", () => {
  type Run = { code: number | null; out: string; err: string };

  function run(databaseUrl: string, words: string[], stdin: string): Promise<Run> {
    const options = ["--conditions=react-server", "--import", "tsx", "lib/accounts/add-user.ts", ...words];
    const env = { ...process.env, DATABASE_URL: databaseUrl };
    const child = spawn(process.execPath, options, { cwd: root, env });
    const said = { out: "", err: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      said.out += chunk;
    });
    child.stderr.on("data", (chunk: Buffer) => {
      said.err += chunk;
    });
    child.stdin.end(stdin);
    return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...said })));
  }

  test("adds people with a password from standard input, and says in a sentence why it does not", async () => {
    const made = await createDatabase(process.env.TEST_DATABASE_URL ?? "");
    const add = (words: string[], stdin = `${password}\nignored\n`) => run(made.url, ["add", ...words], stdin);
    try {
      expect(await add(["v@example.test", "--role", "viewer"])).toMatchObject({
        code: 1,
        err: expect.stringMatching(/first person/),
      });
      expect(await add(["Admin@Example.test", "--role", "admin"])).toMatchObject({ code: 0 });
      const added = await add(["viewer@example.test", "--role", "viewer"]);
      expect(added).toEqual({ code: 0, out: "Added viewer@example.test as viewer.\n", err: "" });
      expect((await add(["viewer@example.test", "--role", "admin"])).err).toMatch(/exists already/);
      expect(await add(["m@example.test", "--role", "owner"])).toMatchObject({ code: 2 });
      expect(await add(["not an address", "--role", "member"])).toMatchObject({ code: 2 });
      expect((await add(["m@example.test", "--role", "member"], "password1234\n")).err).toMatch(/too easy to guess/);
      expect((await add(["m@example.test", "--role", "member"], "")).err).toMatch(/No password/);
    } finally {
      await made.drop();
    }
  });

  test("never prints the password", async () => {
    const made = await createDatabase(process.env.TEST_DATABASE_URL ?? "");
    const { out, err } = await run(made.url, ["add", "a@example.test", "--role", "admin"], `${password}\n`);
    await made.drop();
    expect(out + err).not.toContain(password);
    expect(await database().select().from(users).where(eq(users.email, "a@example.test"))).toEqual([]);
  });
});
