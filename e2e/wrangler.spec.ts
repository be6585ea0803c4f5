import { KeyObject } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "@playwright/test";
import { generateCertificate } from "@/lib/certificates/generate";
import { makeToken } from "./cloudflare-client";
import { setting, sql } from "./database";
import { addCertificate, addDeployment, makeCertificate } from "./inventory";
import { test } from "./test";
import { installWrangler, wranglerFor } from "./wrangler";

let missing: string | null = null;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  missing = await installWrangler();
  if (missing === null) return;
  if (process.env.CI === "true") throw new Error(`wrangler could not be installed:\n${missing}`);
  process.stderr.write(`WRANGLER COULD NOT BE INSTALLED, SO IT WAS NOT TRIED:\n${missing}\n`);
});

test.beforeEach(() => {
  // biome-ignore lint/suspicious/noSkippedTests: counted as skipped where wrangler cannot be had
  test.skip(missing !== null, "wrangler could not be installed");
});

async function namesIn(accountId: string): Promise<string[]> {
  const rows = await sql()<
    { name: string }[]
  >`select name from certificates where account_id = ${accountId} order by id`;
  return rows.map(({ name }) => name);
}

test("wrangler uploads, lists and deletes certificates, by name and by id", async ({ accountId }) => {
  const token = await makeToken(accountId, "member");
  const wrangler = wranglerFor({ url: setting("E2E_URL"), token, accountId });
  try {
    const save = (name: string, text: string) => {
      const file = path.join(wrangler.home, name);
      writeFileSync(file, text);
      return file;
    };
    const day = 86_400_000;
    const validity = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + 30 * day) };
    const authority = await generateCertificate({ ...validity, subjectCommonName: "Our CA", isCa: true });
    const ca = await wrangler.run(
      ...["cert", "upload", "certificate-authority", "--name", "our-ca"],
      ...["--ca-cert", save("ca.pem", authority.pem)],
    );
    expect([ca.code, ca.text]).toEqual([0, expect.stringMatching(/Success! Uploaded CA Certificate our-ca\s+ID: /)]);

    const leaf = await makeCertificate({ name: "leaf.example.test" });
    const key = KeyObject.from(leaf.privateKey).export({ type: "pkcs8", format: "pem" }).toString();
    const files = ["--cert", save("leaf.pem", leaf.pem), "--key", save("leaf.key", key)];
    const upload = await wrangler.run("mtls-certificate", "upload", ...files, "--name", "our-leaf");
    expect([upload.code, upload.text]).toEqual([
      0,
      expect.stringContaining("Success! Uploaded mTLS Certificate our-leaf"),
    ]);
    const id = /ID: ([0-9a-f-]{36})/.exec(upload.text)?.[1] ?? "";
    const [stored] = await sql()`select 1 from private_keys where certificate_id = ${id}`;
    expect(stored).toBeDefined();
    const again = await wrangler.run("mtls-certificate", "upload", ...files, "--name", "our-leaf");
    expect([again.code, again.text]).toEqual([1, expect.stringContaining("1471")]);

    const list = await wrangler.run("mtls-certificate", "list");
    expect([list.code, list.text]).toEqual([0, expect.stringContaining(`ID: ${id}\nName: our-leaf\n`)]);
    // This command asks for what is no authority's.
    expect(list.text).not.toContain("our-ca");
    const found = await wrangler.run("cert", "list");
    expect([found.code, found.text]).toEqual([0, expect.stringMatching(/Name: our-ca[\s\S]*CA: true/)]);

    const byId = await wrangler.run("mtls-certificate", "delete", "--id", id);
    expect([byId.code, byId.text]).toEqual([0, expect.stringMatching(/Deleted certificate \S+ \(.*\) successfully/)]);
    expect(await namesIn(accountId)).toEqual(["our-ca"]);
    const byName = await wrangler.run("cert", "delete", "--name", "our-ca");
    expect([byName.code, byName.text]).toEqual([
      0,
      expect.stringMatching(/Deleted certificate \S+ \(.*\) successfully/),
    ]);
    expect(await namesIn(accountId)).toEqual([]);
  } finally {
    wrangler.leave();
  }
});

test("wrangler says who uses a certificate that it may not delete", async ({ accountId }) => {
  const { id } = await addCertificate(accountId, { name: "used.example.test" });
  await addDeployment(accountId, id, "Gateway");
  const wrangler = wranglerFor({
    url: setting("E2E_URL"),
    token: await makeToken(accountId, "member"),
    accountId,
  });
  try {
    const refused = await wrangler.run("mtls-certificate", "delete", "--id", id);
    expect([refused.code, refused.text]).toEqual([1, expect.stringContaining("Gateway")]);
    expect(await namesIn(accountId)).toEqual(["used.example.test"]);
  } finally {
    wrangler.leave();
  }
});
