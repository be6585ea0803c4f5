import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FoundNginx, findNginx, startNginx } from "@/e2e/nginx";
import { type Identity, makeAuthority, makeIdentity } from "@/e2e/tls-peer";
import { probeEndpoint } from "@/lib/endpoints/probe";
import { parseNetworks } from "@/lib/network/rules";

let found: FoundNginx;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-sites-"));
  found = await findNginx();
  if (found.problem === null) return;
  if (process.env.CI === "true") throw new Error(`nginx could not be had:\n${found.problem}`);
  process.stderr.write(`NGINX COULD NOT BE HAD, SO IT WAS NOT LOOKED AT:\n${found.problem}\n`);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function save(name: string, identity: Identity) {
  const site = { name, certificateFile: path.join(folder, `${name}.pem`), keyFile: path.join(folder, `${name}.key`) };
  writeFileSync(site.certificateFile, identity.bundle);
  writeFileSync(site.keyFile, identity.key, { mode: 0o600 });
  return site;
}

test("nginx shows each of its names their own certificate with its chain, and the new one after a renewal", async (context) => {
  if (found.program === null) return context.skip("nginx could not be had");
  const networks = parseNetworks("loopback");
  if (networks === null) throw new Error("loopback was not read");
  const issuer = await makeAuthority("A CA");
  const [first, second, renewed] = await Promise.all([
    makeIdentity("a.example.test", { issuer }),
    makeIdentity("b.example.test", { keyAlgorithm: "RSA 2048" }),
    makeIdentity("b.example.test", { issuer }),
  ]);
  const sites = [save("a.example.test", first), save("b.example.test", second)];
  const nginx = await startNginx(found.program, sites);
  const probe = (serverName: string | null) =>
    probeEndpoint({ host: "127.0.0.1", port: nginx.port, serverName, protocol: "tls" }, { networks });
  try {
    expect(await probe("a.example.test")).toMatchObject({ fingerprint: first.fingerprint, chain: [issuer.der] });
    expect(await probe("b.example.test")).toMatchObject({ fingerprint: second.fingerprint, chain: [] });
    expect(await probe(null)).toMatchObject({ fingerprint: first.fingerprint });

    save("b.example.test", renewed);
    expect(await probe("b.example.test")).toMatchObject({ fingerprint: second.fingerprint });
    await nginx.reload();
    await expect
      .poll(() => probe("b.example.test"), { timeout: 10_000 })
      .toMatchObject({ fingerprint: renewed.fingerprint, chain: [issuer.der] });
    expect(await probe("a.example.test")).toMatchObject({ fingerprint: first.fingerprint });
  } finally {
    await nginx.stop();
  }
  expect(await probe("a.example.test")).toMatchObject({ problem: "Nothing listens there." });
});
