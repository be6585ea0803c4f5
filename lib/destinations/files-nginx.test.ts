import { mkdtempSync, rmSync, statSync, utimesSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ANYWHERE, makeCopy, NO_HURRY } from "@/e2e/destinations/test-copy";
import { type FoundNginx, findNginx, startNginx } from "@/e2e/nginx";
import { openDestination } from "@/lib/destinations/kinds";
import { probeEndpoint } from "@/lib/endpoints/probe";

let found: FoundNginx;
let root: string;
beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), "certsweep-files-nginx-"));
  found = await findNginx();
  if (found.problem === null) return;
  if (process.env.CI === "true") throw new Error(`nginx could not be had:\n${found.problem}`);
  process.stderr.write(`NGINX COULD NOT BE HAD, SO IT READ NO FILES:\n${found.problem}\n`);
}, 300_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("nginx serves what was pushed, and after a reload what was pushed since, from one file or from two", async (context) => {
  if (found.program === null) return context.skip("nginx could not be had");
  const settings = { folder: "web", touch: "reload" };
  const destination = openDestination({ kind: "files", settings, credentials: {} }, { ...ANYWHERE, filesRoot: root });
  const touched = path.join(root, "reload");
  const one = await makeCopy({ name: "one.example.test" });
  const two = await makeCopy({ name: "two.example.test" });
  const places = [await destination.push(one, null, NO_HURRY), await destination.push(two, null, NO_HURRY)];
  const [first = "", second = ""] = places.map(({ remoteId }) => path.join(root, remoteId));
  const nginx = await startNginx(found.program, [
    { name: one.name, certificateFile: `${first}.pem`, keyFile: `${first}.pem` },
    { name: two.name, certificateFile: `${second}.crt`, keyFile: `${second}.key` },
  ]);
  const { networks } = ANYWHERE;
  const probe = (serverName: string) =>
    probeEndpoint({ host: "127.0.0.1", port: nginx.port, serverName, protocol: "tls" }, { networks });
  try {
    expect(await probe(one.name)).toMatchObject({ fingerprint: one.fingerprint, chain: [expect.any(Buffer)] });
    expect(await probe(two.name)).toMatchObject({ fingerprint: two.fingerprint, chain: [expect.any(Buffer)] });

    utimesSync(touched, 1, 1);
    // A renewal by the same sync, and one by a sync of its own that takes the place over.
    const renewedOne = await makeCopy({ name: one.name, syncId: one.syncId, days: 180 });
    const renewedTwo = await makeCopy({ name: two.name, days: 180 });
    expect(await destination.push(renewedOne, places[0]?.remoteId ?? null, NO_HURRY)).toEqual(places[0]);
    expect(await destination.push(renewedTwo, null, NO_HURRY)).toEqual(places[1]);
    expect(await probe(one.name)).toMatchObject({ fingerprint: one.fingerprint });

    expect(statSync(touched).mtimeMs).toBeGreaterThan(1_000);
    await nginx.reload();
    await expect
      .poll(() => probe(one.name), { timeout: 10_000 })
      .toMatchObject({ fingerprint: renewedOne.fingerprint });
    await expect
      .poll(() => probe(two.name), { timeout: 10_000 })
      .toMatchObject({ fingerprint: renewedTwo.fingerprint });
  } finally {
    await nginx.stop();
  }
});
