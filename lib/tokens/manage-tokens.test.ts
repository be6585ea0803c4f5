import { spawn } from "node:child_process";
import path from "node:path";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { apiTokens } from "@/drizzle/schema/api-tokens";
import { auditEvents } from "@/drizzle/schema/audit";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson } from "@/drizzle/test-rows";
import { disableMember } from "@/lib/accounts/commands";
import { admitToken } from "@/lib/auth/token-gate";
import { DAY_MS } from "@/lib/certificates/rules";
import { manageTokens } from "@/lib/tokens/manage-tokens";

useTestDatabase();

const root = path.resolve(import.meta.dirname, "../..");

const run = (...words: string[]) => manageTokens(words, new Date());

function ask(token: string) {
  const headers = new Headers({ authorization: `Bearer ${token}` });
  return admitToken({ headers, address: "203.0.113.9" }, "certificates:read", new Date());
}

const kept = () => database().select().from(apiTokens).orderBy(apiTokens.id);

test("an operator creates, lists and revokes tokens, each of which is somebody's", async () => {
  expect(await run("create", "--name", "x", "--role", "viewer")).toEqual({
    code: 1,
    out: "",
    err: "There is nobody yet: add somebody with npm run user.",
  });
  const admin = await insertPerson({ role: "admin", email: "first@example.test" });
  const member = await insertPerson({ accountId: admin.accountId, email: "anna@example.test" });

  const made = await run("create", "--name", "ci", "--role", "admin", "--days", "30");
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^csw_[0-9A-Za-z]{36}$/) });
  expect(made.err).toMatch(/^Created ci for first@example.test as admin; it works until .* UTC\.$/);
  expect(made.err).not.toContain(made.out.slice(8));
  expect(await ask(made.out)).toMatchObject({
    kind: "admitted",
    scope: { role: "admin", actor: { label: "ci (token of first@example.test)" } },
  });
  const hers = ["create", "--name", "sweep", "--email", "ANNA@example.test", "--from", "203.0.113.0/24,2001:db8::1"];
  expect(await run(...hers, "--role", "admin")).toEqual({
    code: 1,
    out: "",
    err: "A token cannot have a higher role than its owner. Choose a lower one.",
  });
  expect((await run(...hers, "--role", "member")).code).toBe(0);
  const [one, two] = await kept();
  expect(one).toMatchObject({ userId: admin.userId, role: "admin", allowedRanges: [] });
  expect((one?.expiresAt.getTime() ?? 0) - (one?.createdAt.getTime() ?? 0)).toBe(30 * DAY_MS);
  expect(two).toMatchObject({ userId: member.userId, allowedRanges: ["203.0.113.0/24", "2001:db8::1/128"] });
  expect((two?.expiresAt.getTime() ?? 0) - (two?.createdAt.getTime() ?? 0)).toBe(90 * DAY_MS);

  const all = (await run("list")).out.split("\n");
  expect(all).toHaveLength(3);
  expect(all[1]).toMatch(new RegExp(`^${two?.id}  active  member  anna@example.test  .*  never .* sweep$`));
  expect(all[2]).toMatch(new RegExp(`^${one?.id}  active  admin   first@example.test .* ci$`));
  const own = await run("list", "--email", "anna@example.test");
  expect(own.out).toContain("sweep");
  expect(own.out).not.toContain("first@example.test");

  // By its id, and one that was found somewhere by itself.
  expect(await run("revoke", two?.id ?? "")).toEqual({ code: 0, out: "sweep is revoked.", err: "" });
  expect(await run("revoke", made.out)).toEqual({ code: 0, out: "ci is revoked.", err: "" });
  expect((await ask(made.out)).kind).toBe("unknown");
  expect(await kept()).toMatchObject([{ revokedByLabel: "npm run token" }, { revokedByLabel: "npm run token" }]);
  const events = await database().select().from(auditEvents).where(eq(auditEvents.actorLabel, "npm run token"));
  expect(events.map(({ action }) => action).sort()).toEqual([
    ...["token.created", "token.created", "token.revoked", "token.revoked"],
  ]);
  await disableMember(admin, { userId: member.userId, now: new Date() });
  expect((await run(...hers, "--role", "viewer")).err).toBe("anna@example.test is no active member here.");
});

test("the program prints the token alone on standard output", async () => {
  const { accountId } = await insertPerson({ role: "admin", email: "printing@example.test" });
  const words = ["create", "--name", "printed", "--role", "viewer", "--email", "printing@example.test"];
  const options = ["--conditions=react-server", "--import", "tsx", "lib/tokens/token-program.ts", ...words];
  const child = spawn(process.execPath, options, { cwd: root, env: process.env });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  const out = Buffer.concat(chunks).toString();
  expect(out).toMatch(/^csw_[0-9A-Za-z]{36}\n$/);
  expect(await ask(out.trim())).toMatchObject({ kind: "admitted", scope: { accountId } });
});

test("a call that is wrong says what is, and changes nothing", async () => {
  const before = await kept();
  for (const [words, problem] of [
    [["make"], /^The commands are create, list and revoke\./],
    [["create", "--role", "viewer"], /^Enter a name/],
    [["create", "--name", "x"], /^Choose one of the roles/],
    [["create", "--name", "x", "--role", "viewer", "--days", "366"], /^Enter a whole number of days from 1 to 365/],
    [["create", "--name", "x", "--role", "viewer", "--from", "here"], /^"here" is no IP address range/],
    [["create", "x", "--role", "viewer"], /^"x" is one word too many/],
    [["create", "--nmae", "x"], /--nmae/],
    [["revoke", "ci"], /^Name the token by its id/],
  ] as const) {
    const { code, out, err } = await run(...words);
    expect({ code, out, err }, words.join(" ")).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringMatching(problem),
    });
    expect(err).toContain("Usage: npm run -s token");
  }
  expect(await run("revoke", "0192f7a4-0000-7000-8000-000000000000")).toMatchObject({
    code: 1,
    err: "There is no such token.",
  });
  expect((await run()).out).toMatch(/^Usage: /);
  expect(await kept()).toEqual(before);
});
