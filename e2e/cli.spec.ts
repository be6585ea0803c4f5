import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "@playwright/test";
import { z } from "zod";
import { newId } from "@/lib/ids";
import { makeToken } from "./cloudflare-client";
import { linesOf, runCli, startCli } from "./command-line";
import { sql } from "./database";
import { addCertificate, addCertificates, addCopies, addDeployment, addSync } from "./inventory";
import { makeAccount } from "./people";
import { test } from "./test";

const ROOT = path.join(import.meta.dirname, "..");
const listed = z.looseObject({ id: z.uuid(), name: z.string(), status: z.string(), may_be_deleted: z.boolean() });
const verdict = z.looseObject({ id: z.string(), outcome: z.string() });

test("npx finds the program in the project, without a server, a build or a token", () => {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")));
  const said = execFileSync("npx", ["certsweep", "--version"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: "pipe",
  });
  expect(said).toBe(`certsweep ${version}\n`);
});

test("certificates are listed for people and for programs, page after page", async ({ accountId }) => {
  await addCopies(accountId, { name: "many", amount: 120, expiresIn: -40 });
  const { id } = await addCertificate(accountId, { name: "shop.example.test" });
  await addDeployment(accountId, id, "Edge");
  const token = await makeToken(accountId, "viewer");

  const first = await runCli(["certs", "list", "--status", "expired"], { token });
  expect(first.code).toBe(0);
  const [head = "", ...rows] = first.out.trimEnd().split("\n");
  expect(head).toMatch(/^STATUS {9}EXPIRES {5}DELETABLE {4}ID {36}NAME$/);
  expect(rows).toHaveLength(50);
  for (const row of rows) expect(row.slice(0, head.indexOf("ID"))).toMatch(/^expired {8}\d{4}-\d\d-\d\d {2}yes {10}$/);
  expect(first.err).toBe("These are the first 50 certificates. --limit N shows more, --all every one.\n");

  const all = await runCli(["certs", "list", "--all", "--json"], { token });
  const values = linesOf(listed, all.out);
  expect([all.code, all.err, new Set(values.map((value) => value.id)).size]).toEqual([0, "", 121]);
  const ids = await runCli(["certs", "list", "--search", "ORIGINAL-OF-MANY", "--limit", "70", "--ids"], { token });
  expect(ids.out.trimEnd().split("\n")).toHaveLength(70);
  expect((await runCli(["certs", "list", "--search", "nothing-like-it"], { token })).err).toContain(
    "no such certificate",
  );

  const shown = await runCli(["certs", "show", id], { token });
  expect(shown.out).toMatch(/^Name +shop\.example\.test\nId +\S+\nStatus +valid\nMay be deleted +no\. In use by Edge/);
  const one = await runCli(["certs", "show", id, "--json"], { token });
  expect(linesOf(listed, one.out)).toMatchObject([{ id, may_be_deleted: false }]);
  expect((await runCli(["certs", "show", id, "--pem"], { token })).out).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
});

test("a reader that has seen enough ends a list quietly", async ({ accountId }) => {
  await addCopies(accountId, { name: "many", amount: 600 });
  const running = startCli(["certs", "list", "--all", "--json"], { token: await makeToken(accountId, "viewer") });
  await expect.poll(running.said).toContain("\n");
  running.hangUp();
  expect(await running.end).toMatchObject({ code: 0, err: "" });
});

test("many are deleted from standard input: what may not go is said first, and stays", async ({ accountId }) => {
  const orders = [1, 2, 3].map((number) => ({ name: `old-${number}.example.test`, expiresIn: -40 }));
  const old = await addCertificates(accountId, orders);
  const deployed = await addCertificate(accountId, { name: "edge.example.test", expiresIn: -5 });
  await addDeployment(accountId, deployed.id, "Edge");
  const synced = await addCertificate(accountId, { name: "cloud.example.test", expiresIn: -5 });
  await addSync(accountId, synced.id, "Key Vault");
  const foreign = await addCertificate(await makeAccount(), { name: "foreign.example.test", expiresIn: -40 });
  const token = await makeToken(accountId, "member");
  const unknown = newId();
  const gone = old.slice(0, 1).map(({ id }) => id);
  expect((await runCli(["certs", "delete", "--yes", ...gone], { token })).code).toBe(0);

  const ids = [...old, deployed, synced, foreign].map(({ id }) => id);
  const input = [...ids, unknown, "no-id", ...ids].join("\n");
  const dry = await runCli(["certs", "delete", "--dry-run"], { token, input });
  expect([dry.code, await namesLeft(accountId)]).toEqual([1, 4]);

  const said = await runCli(["certs", "delete", "--yes"], { token, input });
  expect([said.code, said.err]).toEqual([1, ""]);
  const [stays = "", goes = ""] = said.out.split("To be deleted:\n");
  expect(stays).toMatch(/^Cannot be deleted:\nID {36}NAME +WHY IT STAYS\n/);
  expect(stays).toMatch(
    new RegExp(`^${deployed.id}  edge\\.example\\.test +In use by Edge lb\\.example\\.test:443\\.$`, "m"),
  );
  expect(stays).toMatch(new RegExp(`^${synced.id}  cloud\\.example\\.test +Synced to Key Vault\\.`, "m"));
  for (const id of [foreign.id, unknown])
    expect(stays).toMatch(new RegExp(`^${id} +There is no certificate with this id\\.$`, "m"));
  expect(goes.match(/^Deleted .*$/gm)).toHaveLength(2);
  expect(goes.trimEnd()).toMatch(/\n2 deleted, 1 gone already, 2 blocked, 3 unknown\.$/);
  expect(await namesLeft(accountId)).toBe(2);

  const again = await runCli(["certs", "delete", "--yes", "--json", "-"], { token, input });
  expect(again.code).toBe(1);
  expect(linesOf(verdict, again.out).map(({ outcome }) => outcome)).toEqual([
    ...["gone", "gone", "gone", "blocked", "blocked"],
    ...["unknown", "unknown", "unknown"],
  ]);

  const removals = await runCli(["removals", "list", "--search", "old-"], { token });
  expect(removals.out.trimEnd().split("\n")).toHaveLength(4);
  expect(removals.out).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}expired +deploy \(token of .* old-\d\.example\.test$/m,
  );
});

test("nothing is deleted that nobody agreed to, nor by a token that may not", async ({ accountId }) => {
  const { id } = await addCertificate(accountId, { name: "old.example.test", expiresIn: -40 });
  const token = await makeToken(accountId, "member");
  const silent = await runCli(["certs", "delete", id], { token });
  expect(silent).toMatchObject({ code: 2, out: "", err: expect.stringMatching(/^Nobody can be asked here.*--yes/) });
  const viewer = await runCli(["certs", "delete", "--yes", id], { token: await makeToken(accountId, "viewer") });
  expect(viewer).toMatchObject({
    code: 3,
    err: expect.stringMatching(/role viewer may not do this\.\n0 deleted, 1 not tried\./),
  });
  expect((await runCli(["certs", "delete", "--yes"], { token, input: "\n" })).code).toBe(2);
  expect(await namesLeft(accountId)).toBe(1);
});

test("the cleanup is shown, foreseen and run to its end", async ({ accountId }) => {
  const orders = [1, 2, 3].map((number) => ({ name: `old-${number}.example.test`, expiresIn: -40 }));
  await addCertificates(accountId, [...orders, { name: "valid.example.test" }]);
  const token = await makeToken(accountId, "admin");
  const foreseen = await runCli(["cleanup", "preview"], { token });
  expect(foreseen.out).toBe("Would remove  3 that expired more than 30 days ago\nWould skip    0 deployed, 0 synced\n");
  const rows = await runCli(["cleanup", "preview", "--list", "removable", "--json"], { token });
  expect(rows.out.trimEnd().split("\n")).toHaveLength(3);
  expect((await runCli(["cleanup", "preview", "--days", "31"], { token })).code).toBe(1);
  expect((await runCli(["cleanup", "run"], { token })).code).toBe(2);
  expect(await namesLeft(accountId)).toBe(4);

  const ran = await runCli(["cleanup", "run", "--yes", "--wait"], { token });
  expect([ran.code, ran.out]).toEqual([0, expect.stringMatching(/Status +Succeeded[\s\S]*Removed +3\n/)]);
  const shown = await runCli(["cleanup", "show"], { token });
  expect(shown.out).toMatch(
    /^Cleanup +off\nDeletes +30 days after expiration\n[\s\S]*Status +Succeeded[\s\S]*Removed +3\n/,
  );

  await addCopies(accountId, { name: "many", amount: 150, expiresIn: -40 });
  const held = await runCli(["cleanup", "run", "--yes", "--wait", "--json"], { token });
  const [run] = linesOf(z.object({ status: z.string(), removed: z.int() }), held.out);
  expect([held.code, run]).toEqual([1, { status: "held", removed: 0 }]);
  const member = await runCli(["cleanup", "show"], { token: await makeToken(accountId, "member") });
  expect(member).toMatchObject({ code: 3, out: "", err: expect.stringContaining("role member may not do this") });
});

test("a token that is none, a server that is away and a wrong address end with 3 and say why", async ({
  accountId,
}) => {
  const args = ["certs", "list"];
  const token = await makeToken(accountId, "viewer");
  const wrong = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
  expect(await runCli(args, { token: wrong })).toMatchObject({
    code: 3,
    err: expect.stringContaining("Check CERTSWEEP_TOKEN"),
  });
  const away = await runCli(args, { token, url: "http://127.0.0.1:9" });
  expect(away).toMatchObject({ code: 3, err: expect.stringContaining("http://127.0.0.1:9 cannot be reached") });
  expect(await runCli(args)).toMatchObject({ code: 2, err: expect.stringContaining("CERTSWEEP_TOKEN is not set") });
  const plain = await runCli(args, { token, url: "http://certs.example.test" });
  expect(plain).toMatchObject({ code: 2, err: expect.stringContaining("--insecure-http") });
  for (const { out, err } of [away, plain]) expect(out + err).not.toContain(token);
});

async function namesLeft(accountId: string): Promise<number> {
  const rows = await sql()`select name from certificates where account_id = ${accountId}`;
  return rows.length;
}
