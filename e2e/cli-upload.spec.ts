import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect } from "@playwright/test";
import { z } from "zod";
import { makeToken } from "./cloudflare-client";
import { linesOf, runCli, startCli, startOnTerminal, withRoots } from "./command-line";
import { sql } from "./database";
import { addCertificates } from "./inventory";
import { test } from "./test";

const CORPUS = path.resolve(import.meta.dirname, "../../shared/corpus");
const result = z.object({ file: z.string(), outcome: z.string(), reason: z.string().optional() });

async function count(accountId: string): Promise<number> {
  const rows = await sql()`select 1 from certificates where account_id = ${accountId}`;
  return rows.length;
}

test("the whole corpus goes up in one command, and what is refused is named", async ({ accountId }) => {
  test.setTimeout(300_000);
  const isPresent = existsSync(path.join(CORPUS, "expected.tsv"));
  if (!isPresent && process.env.CI === "true") throw new Error(`The corpus is missing: ${CORPUS}`);
  if (!isPresent) {
    process.stderr.write("THE CORPUS IS MISSING: THE COMMAND LINE'S UPLOAD OF IT IS NOT TESTED.\n");
    return;
  }
  const said = await runCli(["certs", "upload", CORPUS, "--json"], { token: await makeToken(accountId, "member") });
  expect([said.code, said.err.split("\n").at(-2)]).toEqual([
    1,
    "1,473 certificates added, 2 already there, 4 files refused, 2 other files passed over.",
  ]);
  const results = linesOf(result, said.out);
  expect(results).toHaveLength(1479);
  for (const { outcome, reason = "" } of results) expect(outcome === "refused").toBe(/[a-z].*\.$/.test(reason));
  expect(await count(accountId)).toBe(1473);
});

test("an upload tells what became of each file, and a second one changes nothing", async ({ accountId }) => {
  const token = await makeToken(accountId, "member");
  await withRoots(async (folder, amount) => {
    const first = await runCli(["certs", "upload", folder, `${folder}/gone.pem`], { token });
    expect(first.code).toBe(1);
    expect(first.out).toMatch(/^RESULT +FILE +NAME OR REASON\nrefused +\S+gone\.pem +There is no such file\.\n/);
    expect(first.out).toContain(`${amount} certificates added, 0 already there, 1 file refused.\n`);
    const second = await runCli(["certs", "upload", folder, "--verbose"], { token });
    expect([second.code, second.out.match(/^already there /gm)?.length]).toEqual([0, amount]);
    expect(await count(accountId)).toBe(amount);
    const viewer = await runCli(["certs", "upload", folder], { token: await makeToken(accountId, "viewer") });
    expect(viewer).toMatchObject({
      code: 3,
      err: expect.stringMatching(/role viewer.*\n0 certificates added.*not sent\./),
    });
  });
});

test("Ctrl-C ends an upload after what is under way, and says how far it came", async ({ accountId }) => {
  const token = await makeToken(accountId, "member");
  // Long enough that the interrupt comes in its middle: most are there already.
  await withRoots(async (folder, amount) => {
    const running = startCli(["certs", "upload", folder], { token });
    await expect.poll(running.said).toContain("Uploading: ");
    running.interrupt();
    const { code, err } = await running.end;
    expect(code).toBe(130);
    const [, added, there, open] =
      /Stopped\. (\d+) certificates? added, ([\d,]+) already there, 0 files refused\. ([\d,]+) files? not sent\./.exec(
        err,
      ) ?? [];
    const [isIn, was, stays] = [added, there, open].map((figure = "") => Number(figure.replace(",", "")));
    expect([await count(accountId), (isIn ?? 0) + (was ?? 0) + (stays ?? 0)]).toEqual([isIn, amount]);
    expect(stays).toBeGreaterThan(0);
  }, 20);
});

test("a token that has used up its requests is waited for", async ({ accountId }) => {
  const token = await makeToken(accountId, "viewer");
  expect((await runCli(["certs", "list"], { token })).code).toBe(0);
  await sql()`
    update api_token_windows set requests = 1200, started_at = now() - interval '296 seconds'
    where account_id = ${accountId}`;
  const waited = await runCli(["certs", "list"], { token });
  expect(waited).toMatchObject({
    code: 0,
    err: expect.stringMatching(/used up its requests for now. Going on in [1-4] s/),
  });
});

test("at a terminal it asks, and only the word that it asks for deletes", async ({ accountId }) => {
  if (!hasScript()) {
    if (process.env.CI === "true") throw new Error("There is no program “script”, which makes a terminal.");
    process.stderr.write("THE PROGRAM script IS MISSING: THE QUESTIONS OF THE COMMAND LINE ARE NOT TESTED.\n");
    return;
  }
  const token = await makeToken(accountId, "member");
  const orders = [1, 2].map((number) => ({ name: `old-${number}.example.test`, expiresIn: -40 }));
  const ids = (await addCertificates(accountId, orders)).map(({ id }) => id);
  for (const [keys, code, left] of [
    ["no\r", 1, 2],
    ["\u0003", 130, 2],
    ["\u0004", 1, 2],
    ["delete\r", 0, 0],
  ] as const) {
    const running = startOnTerminal(["certs", "delete", ...ids], { token });
    await expect.poll(running.said).toContain("Type delete to delete 2 certificates and their private keys for good:");
    running.type(keys);
    const { code: ended, out } = await running.end;
    expect([ended, await count(accountId)], JSON.stringify(out)).toEqual([code, left]);
    expect(out).toContain(left === 0 ? "2 deleted." : "Nothing was deleted.");
    for (const line of out.split(/\r?\n/).slice(0, 4))
      expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(80);
  }
});

function hasScript(): boolean {
  try {
    return execFileSync("script", ["-qec", "echo yes", "/dev/null"], { encoding: "utf8" }).includes("yes");
  } catch {
    return false;
  }
}
