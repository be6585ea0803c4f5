import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { and, asc, eq, ne } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { webhooks } from "@/drizzle/schema/notifications";
import { privateKeys } from "@/drizzle/schema/private-keys";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import type { PersonScope } from "@/lib/auth/scope";
import { sealedPrivateKeys } from "@/lib/certificates/private-keys";
import { addWebhook, openSecret, sealedWebhookSecrets } from "@/lib/notifications/webhooks";
import { keyIdOf, seal, unseal } from "@/lib/secrets/encrypt";
import { type KeyRing, keyRing } from "@/lib/secrets/keys";
import { reseal } from "@/lib/secrets/reseal";

useTestDatabase();

const [old, next, lost] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const ring: KeyRing = [next, old];
const placeOf = (accountId: string, id: string) => `private_keys.box:${accountId}/${id}`;

async function addKey(scope: PersonScope, key: Buffer): Promise<{ id: string; secret: string }> {
  const { accountId } = scope;
  const { id } = await insertCertificate(accountId);
  const secret = randomBytes(40);
  const sealed = seal(secret, placeOf(accountId, id), [key]);
  const row = { accountId, certificateId: id, ...sealed, addedAt: TEST_NOW, addedByLabel: "somebody" };
  await database().insert(privateKeys).values(row);
  return { id, secret: secret.toString("hex") };
}

/** What the keys open, without what was sealed with the lost one. */
async function openAll(scope: PersonScope, keys: KeyRing) {
  const rows = await database()
    .select()
    .from(privateKeys)
    .where(and(eq(privateKeys.accountId, scope.accountId), ne(privateKeys.keyId, keyIdOf(lost))))
    .orderBy(asc(privateKeys.certificateId));
  return rows.map((row) => ({
    id: row.certificateId,
    keyId: row.keyId,
    secret: unseal(row, placeOf(scope.accountId, row.certificateId), keys).toString("hex"),
  }));
}

describe("changing the encryption key", () => {
  test("seals every secret again with the new one, over several batches and accounts", async () => {
    const scopes = [await insertPerson(), await insertPerson()] as const;
    const made = { [scopes[0].accountId]: 230, [scopes[1].accountId]: 3 };
    const before = new Map<string, { id: string; secret: string }[]>();
    for (const scope of scopes) {
      const keys = [];
      for (let count = made[scope.accountId] ?? 0; count > 0; count -= 1) keys.push(await addKey(scope, old));
      before.set(scope.accountId, keys);
    }
    expect(await reseal(sealedPrivateKeys, ring)).toEqual({ title: "private keys", resealed: 233, unreadable: 0 });
    for (const scope of scopes) {
      const after = await openAll(scope, [next]);
      expect(after).toEqual(before.get(scope.accountId)?.map((each) => ({ ...each, keyId: keyIdOf(next) })));
    }
    expect(await reseal(sealedPrivateKeys, ring)).toMatchObject({ resealed: 0, unreadable: 0 });
  });

  test("goes on where it was broken off, and leaves alone what no key opens", async () => {
    const scope = await insertPerson();
    await database().delete(privateKeys);
    for (let count = 0; count < 3; count += 1) await addKey(scope, old);
    await addKey(scope, lost);
    for (let count = 0; count < 3; count += 1) await addKey(scope, old);
    const whole = sealedPrivateKeys;
    let written = 0;
    const broken = {
      ...whole,
      write: async (...call: Parameters<typeof whole.write>) => {
        written += 1;
        if (written === 5) throw new Error("the server was killed");
        await whole.write(...call);
      },
    };
    await expect(reseal(broken, ring)).rejects.toThrow("the server was killed");
    expect(await openAll(scope, ring)).toHaveLength(6);
    expect(await reseal(whole, ring)).toMatchObject({ resealed: 6, unreadable: 1 });
    expect(await openAll(scope, [next])).toHaveLength(6);
    expect(await reseal(whole, [next, lost])).toMatchObject({ resealed: 1, unreadable: 0 });
    expect(await openAll(scope, [next])).toHaveLength(7);
  });

  test("takes the webhooks' secrets along, and one that was added meanwhile too", async () => {
    const scope = await insertPerson({ role: "admin" });
    const { webhookId, secret } = await addWebhook(scope, { url: "https://hooks.example.test/a", now: TEST_NOW });
    const [current] = keyRing();
    expect(await reseal(sealedWebhookSecrets, [next, current])).toMatchObject({ resealed: 1, unreadable: 0 });
    const late = await addWebhook(scope, { url: "https://hooks.example.test/b", now: TEST_NOW });
    expect(await reseal(sealedWebhookSecrets, [next, current])).toMatchObject({ resealed: 1 });
    const rows = await database().select().from(webhooks).where(eq(webhooks.accountId, scope.accountId));
    expect(rows.map((row) => row.secretKeyId)).toEqual([keyIdOf(next), keyIdOf(next)]);
    // Back again, so that this server's own key opens them.
    await reseal(sealedWebhookSecrets, [current, next]);
    for (const [id, text] of [
      [webhookId, secret],
      [late.webhookId, late.secret],
    ] as const) {
      const [row] = await database().select().from(webhooks).where(eq(webhooks.id, id));
      expect(openSecret(id, { box: row?.secretBox ?? "", keyId: row?.secretKeyId ?? "" })).toBe(text);
    }
  });
});

describe("the keys of a server", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "certsweep-keys-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, key: Buffer) => writeFileSync(path.join(folder, name), `${key.toString("base64")}\n`);

  test("that were generated are read anew each time, the one before too", () => {
    const given = { CERTSWEEP_ENCRYPTION_KEY: old, CERTSWEEP_KEY_FOLDER: folder };
    expect(() => keyRing(given)).toThrow("The encryption key is missing from the data folder.");
    write("encryption-key", old);
    expect(keyRing(given)).toEqual([old]);
    write("encryption-key.previous", old);
    write("encryption-key", next);
    expect(keyRing(given)).toEqual([next, old]);
    writeFileSync(path.join(folder, "encryption-key.previous"), "rubbish");
    expect(() => keyRing(given)).toThrow("encryption-key.previous in the data folder is damaged.");
  });

  test("that the environment gives are those and no others", () => {
    expect(keyRing({ CERTSWEEP_ENCRYPTION_KEY: next })).toEqual([next]);
    expect(keyRing({ CERTSWEEP_ENCRYPTION_KEY: next, CERTSWEEP_ENCRYPTION_KEY_PREVIOUS: old })).toEqual([next, old]);
  });
});
