import { execFile } from "node:child_process";
import { createDecipheriv, KeyObject } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";
import { createEmptyDatabase, openSql, setting } from "./database";
import { makeCertificate } from "./inventory";
import { PASSWORD, signIn } from "./people";
import { startServer } from "./server";
import { builtActions, callAction } from "./server-actions";

const ROOT = path.join(import.meta.dirname, "..");
const EMAIL = "admin@example.test";
const ends: (() => unknown)[] = [];

test.afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

type Kept = { accountId: string; id: string; box: string; keyId: string };

/** The key of a sealed row, opened with nothing but the file of the data folder. */
function open({ accountId, id, box }: Kept, folder: string): Buffer {
  const key = Buffer.from(readFileSync(path.join(folder, "encryption-key"), "utf8").trim(), "base64");
  const bytes = Buffer.from(box, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(`private_keys.box:${accountId}/${id}`)).setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
}

test("npm run rotate-key changes the generated key beside a running server, which seals with the new one at once", async () => {
  test.setTimeout(15 * 60_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-e2e-keys-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const database = await createEmptyDatabase(setting("E2E_ADMIN_URL"));
  ends.push(database.drop);
  const sql = openSql(database.url);
  ends.push(sql.close);
  const settings = { CERTSWEEP_DATA_DIR: folder, CERTSWEEP_ADMIN_EMAIL: EMAIL, CERTSWEEP_ADMIN_PASSWORD: PASSWORD };
  const server = await startServer(database.url, settings);
  ends.push(server.stop);
  const cookie = await signIn(EMAIL, PASSWORD, server.url);

  const upload = async (name: string): Promise<Buffer> => {
    const { pem, privateKey } = await makeCertificate({ name });
    const key = KeyObject.from(privateKey);
    const form = new FormData();
    form.append("files", new File([`${pem}\n${key.export({ type: "pkcs8", format: "pem" })}`], "both.pem"));
    const built = builtActions().find((action) => action.name === "lib/certificates/actions.ts#uploadCertificates");
    if (built === undefined) throw new Error("There is no upload");
    const { result } = await callAction(built, form, { cookie, base: server.url });
    expect(result).toMatchObject({ ok: true, value: [{ certificates: [{ kind: "added_with_key", name }] }] });
    return key.export({ type: "pkcs8", format: "der" });
  };
  const readKept = () => sql<Kept[]>`
    select k.account_id as "accountId", c.id, k.box, k.key_id as "keyId"
    from private_keys k join certificates c on c.id = k.certificate_id order by c.id`;

  const first = await upload("before.example.test");
  const [before] = await readKept();
  const run = await promisify(execFile)(process.execPath, ["scripts/rotate-key.mjs"], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NODE_ENV: "production", DATABASE_URL: database.url, CERTSWEEP_DATA_DIR: folder },
  });
  const [after] = await readKept();
  if (before === undefined || after === undefined) throw new Error("no key was kept");
  expect(after.keyId).not.toBe(before.keyId);
  expect(run.stdout).toContain(`private keys sealed again with key ${after.keyId}: 1`);
  expect(open(after, folder).equals(first)).toBe(true);
  expect(() => open(before, folder)).toThrow();
  expect(readdirSync(folder).filter((name) => name.startsWith("encryption-key"))).toEqual(["encryption-key"]);

  const second = await upload("after.example.test");
  const [, latest] = await readKept();
  expect(latest?.keyId).toBe(after.keyId);
  if (latest !== undefined) expect(open(latest, folder).equals(second)).toBe(true);
});
