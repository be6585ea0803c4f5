import { Client } from "pg";
import { z } from "zod";
import { closeDatabase, database } from "@/drizzle/client";
import { accounts } from "@/drizzle/schema/accounts";
import { makeFirstAdmin } from "@/lib/accounts/first-run";
import { mintJobScope } from "@/lib/auth/scope";
import { generateCertificate } from "@/lib/certificates/generate";
import { importCertificates } from "@/lib/certificates/import";
import { readCertificateFile } from "@/lib/certificates/parse-file";
import { DAY_MS } from "@/lib/certificates/rules";
import { newId } from "@/lib/ids";
import { fillStatements } from "./fill-statements";
import { setAside } from "./indexes";

const [size, moment, email, password] = z
  .tuple([z.coerce.number().int(), z.iso.datetime(), z.string(), z.string()])
  .parse(process.argv.slice(2));
const now = new Date(moment);

const { accountId, userId } = await makeFirstAdmin({ email, password }, now);
const templateAccountId = await makeTemplates();
await closeDatabase();
await fill();
process.send?.({ accountId, userId });
process.disconnect?.();

/** A handful of real certificates, imported the real way into an account of their own; all others are made after them. */
async function makeTemplates(): Promise<string> {
  const id = newId();
  await database().insert(accounts).values({ id, name: "Templates", createdAt: now });
  const validity = {
    notBefore: new Date(now.getTime() - 300 * DAY_MS),
    notAfter: new Date(now.getTime() + 300 * DAY_MS),
  };
  const authority = await generateCertificate({
    ...validity,
    subjectCommonName: "Example Issuing CA 3",
    organisation: "Example Inc.",
    isCa: true,
    keyAlgorithm: "RSA 2048",
  });
  for (let index = 0; index < 6; index += 1) {
    const host = `template-${index}.example.test`;
    const certificate = await generateCertificate({
      ...validity,
      subjectCommonName: host,
      organisation: "Example Inc.",
      // Between one and two kilobytes of PEM.
      dnsNames: [host, ...Array.from({ length: 2 + index * 3 }, (_, other) => `alternative-${other}.${host}`)],
      issuer: authority,
      keyAlgorithm: index % 2 === 0 ? "RSA 2048" : "EC P-256",
    });
    const reading = readCertificateFile(certificate.der);
    if (reading.kind === "refused") throw new Error(reading.sentence);
    const incoming = reading.groups.map(
      (group) => ({ group, givenName: null, source: "uploaded", isSample: false }) as const,
    );
    await importCertificates(mintJobScope(id, "Benchmark"), incoming, now);
  }
  return id;
}

async function fill(): Promise<void> {
  const session = await connect();
  const restore = await setAside(session, [
    "certificate_contents",
    "certificates",
    "deployments",
    "destinations",
    "syncs",
  ]);
  const { first, lanes } = fillStatements({ accountId, templateAccountId, size, now });
  await session.query(first);
  await Promise.all(lanes.map(load));
  await session.query("drop table bench_rows");
  await restore();
  await session.end();
}

/** Some statements one after the other in a session that loads fast; nothing of that is left when it ends. */
async function load(statements: string[]): Promise<void> {
  const session = await connect();
  for (const statement of statements) await session.query(statement);
  await session.end();
}

async function connect(): Promise<Client> {
  const client = new Client(process.env.DATABASE_URL);
  await client.connect();
  await client.query("set synchronous_commit = off; set maintenance_work_mem = '512MB'; set work_mem = '128MB'");
  return client;
}
