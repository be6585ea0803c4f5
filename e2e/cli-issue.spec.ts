import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect } from "@playwright/test";
import { z } from "zod";
import { makeKey } from "@/lib/pki/keys";
import { makeRequest } from "@/lib/pki/requests";
import { makeToken } from "./cloudflare-client";
import { linesOf, runCli } from "./command-line";
import { addAcmeIssuer, addPrivateCa } from "./issuing";
import { makePerson, signIn } from "./people";
import { test } from "./test";

const order = z.looseObject({ id: z.uuid(), state: z.string(), certificate_id: z.uuid().nullable() });

test("a certificate is issued from a terminal, for a key made on the server and for a CSR", async ({ accountId }) => {
  await addPrivateCa(await signIn((await makePerson(accountId, "admin")).email), { name: "Internal" });
  const token = await makeToken(accountId, "member");
  const issue = (...args: string[]) => runCli(["certs", "issue", ...args], { token });
  const first = await issue("www.example.test", "10.1.2.3", "--days", "7");
  expect([first.code, first.err]).toEqual([0, ""]);
  expect(first.out).toMatch(/^Issued by Internal: certificate [0-9a-f-]{36}\.\n$/);
  const shown = await runCli(["certs", "show", /[0-9a-f-]{36}/.exec(first.out)?.[0] ?? ""], { token });
  expect(shown.out).toContain("www.example.test, 10.1.2.3");

  const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-csr-"));
  try {
    const { privateKeyPem } = await makeKey("ec_p256");
    const file = path.join(folder, "api.csr");
    writeFileSync(file, makeRequest({ privateKeyPem, names: ["api.example.test"], commonName: null }).pem);
    const brought = await issue("--csr", file, "--issuer", "Internal", "--json");
    expect(linesOf(order, brought.out)).toMatchObject([{ state: "issued", names: ["api.example.test"] }]);
    expect((await issue("www.example.test", "--csr", file)).code).toBe(2);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  const refused = await issue("www.example.test", "--days", "91");
  expect([refused.code, refused.err]).toEqual([1, "Internal issues for 1 to 90 days.\n"]);
  expect((await issue()).code).toBe(2);
  expect((await issue("www.example.test", "--issuer", "Nobody")).err).toBe("There is no issuer “Nobody”.\n");
  await addAcmeIssuer(accountId, { name: "Other" });
  const unclear = await issue("www.example.test");
  expect([unclear.code, unclear.err]).toEqual([2, "Say which issuer, with --issuer: Internal, Other.\n"]);
});
