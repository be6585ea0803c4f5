import { spawn } from "node:child_process";
import path from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "@playwright/test";
import { z } from "zod";
import type { CopyOf } from "@/lib/destinations/adapter";
import { makeToken } from "./cloudflare-client";
import { setting, sql } from "./database";
import type { Wanted } from "./destinations/call-destination";
import { makeCopy } from "./destinations/test-copy";
import { addDeployment } from "./inventory";
import { test } from "./test";

const ROOT = path.join(import.meta.dirname, "..");
const PROGRAM = path.join(ROOT, "e2e/destinations/call-destination.ts");

/** Another Certsweep as a destination: the server under test is the one that is fed, through Cloudflare's own client. */
type Fed = { settings: Record<string, string>; credentials: Record<string, string> };

async function fed(accountId: string, role: "member" | "viewer" = "member"): Promise<Fed> {
  const settings = { accountId, baseUrl: `${setting("E2E_URL")}/client/v4` };
  return { settings, credentials: { apiToken: await makeToken(accountId, role) } };
}

async function call(destination: Fed, wanted: Wanted["call"]): Promise<unknown> {
  const options = ["--conditions=react-server", "--import", "tsx", PROGRAM];
  const child = spawn(process.execPath, options, { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify({ ...destination, call: wanted }));
  return JSON.parse(await text(child.stdout));
}

const pushed = z.object({ done: z.object({ remoteId: z.uuid() }) });

async function push(destination: Fed, copy: CopyOf, remoteId: string | null = null): Promise<string> {
  return pushed.parse(await call(destination, { name: "push", copy, remoteId })).done.remoteId;
}

async function rowsOf(accountId: string) {
  return sql()<{ id: string; name: string; has_key: boolean }[]>`
    select c.id, c.name, k.certificate_id is not null as has_key from certificates c
      left join private_keys k on k.account_id = c.account_id and k.certificate_id = c.id
     where c.account_id = ${accountId} order by c.id`;
}

test("one Certsweep feeds another: a copy is put there with its key, found, renewed and taken away", async ({
  accountId,
}) => {
  const destination = await fed(accountId);
  const copy = await makeCopy({ name: "fed.example.test" });
  const remoteId = await push(destination, copy);
  const name = `fed.example.test (certsweep ${copy.syncId})`;
  expect(await rowsOf(accountId)).toEqual([{ id: remoteId, name, has_key: true }]);
  expect(await call(destination, { name: "look", copy, remoteId })).toEqual({
    done: { state: "present", inUseBy: [] },
  });

  // The answer of an earlier try was lost: it is found, and nothing is put twice.
  expect(await push(destination, copy)).toBe(remoteId);
  const renewed = await makeCopy({ name: "fed.example.test", syncId: copy.syncId, days: 180 });
  const renewedId = await push(destination, renewed, remoteId);
  expect((await rowsOf(accountId)).map(({ id }) => id)).toEqual([renewedId]);
  expect(await call(destination, { name: "look", copy, remoteId })).toEqual({ done: { state: "absent", inUseBy: [] } });

  await call(destination, { name: "remove", copy: renewed, remoteId: renewedId });
  expect(await rowsOf(accountId)).toEqual([]);
  expect(await call(destination, { name: "remove", copy: renewed, remoteId: renewedId })).toEqual({ done: null });
});

test("what uses the copy there is told, and it is not removed; another's certificate is left alone", async ({
  accountId,
}) => {
  const destination = await fed(accountId);
  const copy = await makeCopy({ name: "used.example.test" });
  const remoteId = await push(destination, copy);
  const stranger = await makeCopy({ name: "used.example.test" });
  expect(await call(destination, { name: "remove", copy: stranger, remoteId })).toMatchObject({
    failed: { kind: "rejected", message: `${remoteId} is not this sync's copy, so it was left alone.` },
  });
  await addDeployment(accountId, remoteId, "gateway");
  expect(await call(destination, { name: "look", copy, remoteId })).toEqual({
    done: { state: "present", inUseBy: ["gateway lb.example.test:443"] },
  });
  expect(await call(destination, { name: "remove", copy, remoteId })).toMatchObject({ failed: { kind: "in_use" } });
  expect(await rowsOf(accountId)).toHaveLength(1);
});

test("a CA's certificate goes without its key, another one only with it", async ({ accountId }) => {
  const destination = await fed(accountId);
  const ca = { ...(await makeCopy({ name: "Root of tests", isCa: true })), privateKey: null };
  await push(destination, ca);
  expect(await rowsOf(accountId)).toMatchObject([{ has_key: false }]);
  const leaf = { ...(await makeCopy()), privateKey: null };
  expect(await call(destination, { name: "push", copy: leaf, remoteId: null })).toMatchObject({
    failed: { kind: "rejected", message: expect.stringContaining("only where it is a CA's") },
  });
});

test("a test says what the token may do, and a wrong token is told without being repeated", async ({ accountId }) => {
  expect(await call(await fed(accountId), { name: "test" })).toMatchObject({
    done: { list: { ok: true }, put: { ok: true }, delete: { ok: true } },
  });
  expect(await rowsOf(accountId)).toEqual([]);
  expect(await call(await fed(accountId, "viewer"), { name: "test" })).toMatchObject({
    done: { list: { ok: true }, put: { ok: false, sentence: expect.stringContaining("403") }, delete: { ok: false } },
  });
  const { settings } = await fed(accountId);
  const apiToken = `csw_${"x".repeat(40)}`;
  const refused = await call(
    { settings, credentials: { apiToken } },
    { name: "push", copy: await makeCopy(), remoteId: null },
  );
  expect(refused).toMatchObject({ failed: { kind: expect.stringMatching(/credentials|rejected/) } });
  expect(JSON.stringify(refused)).not.toContain(apiToken);
});
