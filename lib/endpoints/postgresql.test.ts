import { Client } from "pg";
import { expect, test } from "vitest";
import { makeIdentity } from "@/e2e/tls-peer";
import { probeEndpoint } from "@/lib/endpoints/probe";
import { parseNetworks } from "@/lib/network/rules";
import { startTestPostgres } from "@/scripts/test-postgres.mjs";

test("a real PostgreSQL is seen without TLS, with it, and with the next certificate", async () => {
  const postgres = await startTestPostgres();
  const client = new Client(postgres.adminUrl);
  await client.connect();
  try {
    const { hostname, port } = new URL(postgres.adminUrl);
    const target = { host: hostname, port: Number(port), serverName: null, protocol: "postgresql" } as const;
    const networks = parseNetworks("loopback");
    if (networks === null) throw new Error("loopback is a word");
    const look = () => probeEndpoint(target, { networks });
    expect(await look()).toMatchObject({ kind: "unreachable", problem: expect.stringMatching(/TLS/) });
    for (const name of ["first.example.test", "second.example.test"]) {
      const { bundle, key, fingerprint } = await makeIdentity(name);
      await write(client, "server.crt", bundle);
      await write(client, "server.key", key);
      await client.query("alter system set ssl = on");
      await client.query("select pg_reload_conf()");
      await expect.poll(look, { timeout: 20_000 }).toMatchObject({ kind: "served", fingerprint });
    }
  } finally {
    await client.end();
    await postgres.stop();
  }
});

/** Writes a file into the server's data folder, as the account that the server runs under: it trusts no other's key. */
async function write(client: Client, file: "server.crt" | "server.key", text: string): Promise<void> {
  await client.query("create temp table lines (number serial, line text)");
  await client.query("insert into lines (line) select unnest($1::text[])", [text.trimEnd().split("\n")]);
  await client.query(`copy (select line from lines order by number) to program 'umask 077; cat > ${file}'`);
  await client.query("drop table lines");
}
