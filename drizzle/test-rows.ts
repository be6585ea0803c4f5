import { createHash, randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Role } from "@/lib/accounts/rules";
import { mintPersonScope, type PersonScope } from "@/lib/auth/scope";
import { DAY_MS } from "@/lib/certificates/rules";
import type { CertificateDetails } from "@/lib/certificates/schema";
import { newId } from "@/lib/ids";
import { database } from "./client";
import { accounts, memberships, users } from "./schema/accounts";
import { certificateContents, certificates } from "./schema/certificates";
import { cleanupRuns } from "./schema/cleanup";
import { removalRecords } from "./schema/removals";
import { deployments, destinations, syncs } from "./schema/use";

/** The moment at which the rows below are seen unless a test says otherwise. */
export const TEST_NOW = new Date("2026-11-22T12:00:00.000Z");

export async function insertAccount(name = "Example"): Promise<string> {
  const id = newId();
  await database().insert(accounts).values({ id, name, createdAt: TEST_NOW });
  return id;
}

/** A person in an account, which is a new one unless given. */
export async function insertPerson(person: { accountId?: string; role?: Role; email?: string } = {}) {
  const accountId = person.accountId ?? (await insertAccount());
  const role = person.role ?? "member";
  const userId = newId();
  const email = person.email ?? `${role}-${userId}@example.test`;
  await database().insert(users).values({ id: userId, email, passwordHash: null, createdAt: TEST_NOW });
  await database().insert(memberships).values({ accountId, userId, role, createdAt: TEST_NOW });
  const scope: PersonScope = mintPersonScope({ accountId, userId, email, role });
  return scope;
}

type ContentOverrides = {
  id?: string;
  name?: string;
  pem?: string;
  chainPems?: string[];
  details?: Partial<CertificateDetails>;
  notBefore?: Date;
  notAfter?: Date;
};

/** What the parser would have kept of a certificate; its bytes are random, so they are PEM but no X.509. */
function contentOf(accountId: string, overrides: ContentOverrides) {
  const der = randomBytes(300);
  const name = overrides.name ?? "www.example.test";
  const notBefore = overrides.notBefore ?? new Date(TEST_NOW.getTime() - 100 * DAY_MS);
  const notAfter = overrides.notAfter ?? new Date(TEST_NOW.getTime() + 100 * DAY_MS);
  const serial = BigInt(`0x${randomBytes(15).toString("hex")}`);
  const details: CertificateDetails = {
    fingerprint: createHash("sha256").update(der).digest("hex"),
    subject: `CN=${name}`,
    issuer: "CN=Example Issuing CA 1,O=Example",
    commonName: name,
    issuerLabel: "Example Issuing CA 1",
    serial: serial.toString(),
    serialHex: serial.toString(16),
    sans: [{ kind: "dns", value: name }],
    keyAlgorithm: "EC",
    keySize: 256,
    signatureAlgorithm: "ecdsa-with-SHA256",
    keyUsage: ["digitalSignature"],
    extendedKeyUsage: ["serverAuth"],
    isCa: false,
    crlUrls: [],
    ocspUrls: [],
    issuerUrls: [],
    subjectKeyId: null,
    authorityKeyId: null,
    oddities: [],
    chain: [],
    ...overrides.details,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
  };
  const searchable = [name, details.subject, details.issuer, ...details.sans.map((san) => san.value)];
  const row = {
    accountId,
    id: overrides.id ?? newId(),
    pem: overrides.pem ?? pemOf(der),
    chainPems: overrides.chainPems ?? [],
    details,
    issuerLabel: details.issuerLabel,
    otherNames: [],
    otherNameCount: 0,
    search: [...searchable, details.serial, details.fingerprint].join("\n").toLowerCase(),
  };
  return { row, name, notBefore, notAfter, fingerprint: details.fingerprint };
}

function pemOf(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

type CertificateOverrides = ContentOverrides & Partial<typeof certificates.$inferInsert>;

/** One certificate in the inventory: uploaded, valid for 100 days more and unused unless told otherwise. */
export async function insertCertificate(accountId: string, overrides: CertificateOverrides = {}) {
  const [made] = await insertCertificates(accountId, [overrides]);
  if (made === undefined) throw new Error("nothing was inserted");
  return made;
}

/** Many at once, in the order given. */
export async function insertCertificates(accountId: string, many: CertificateOverrides[]) {
  const contents = many.map((overrides) => contentOf(accountId, overrides));
  const rows = contents.map(({ row, name, notBefore, notAfter, fingerprint }, index) => {
    const { pem: _pem, chainPems: _chain, details: _details, ...columns } = many[index] ?? {};
    return {
      source: "uploaded" as const,
      addedAt: TEST_NOW,
      addedByLabel: "uploader@example.test",
      ...columns,
      accountId,
      id: row.id,
      name,
      fingerprint,
      notBefore,
      notAfter,
      search: columns.search === undefined ? row.search : columns.search,
    };
  });
  await inBatches(contents, (batch) =>
    database()
      .insert(certificateContents)
      .values(batch.map(({ row }) => row)),
  );
  await inBatches(rows, (batch) => database().insert(certificates).values(batch));
  return rows.map(({ id, fingerprint, name }) => ({ id, fingerprint, name }));
}

type RemovalOverrides = ContentOverrides & Partial<typeof removalRecords.$inferInsert>;

/** The record of a certificate that expired 41 days before TEST_NOW and was deleted by a person at TEST_NOW. */
export async function insertRemoval(accountId: string, overrides: RemovalOverrides = {}) {
  const [made] = await insertRemovals(accountId, [overrides]);
  if (made === undefined) throw new Error("nothing was inserted");
  return made;
}

/** Many at once, in the order given. */
export async function insertRemovals(accountId: string, many: RemovalOverrides[]) {
  const expired = new Date(TEST_NOW.getTime() - 41 * DAY_MS);
  const issued = new Date(TEST_NOW.getTime() - 406 * DAY_MS);
  const contents = many.map((one) => contentOf(accountId, { notAfter: expired, notBefore: issued, ...one }));
  const rows = contents.map(({ row, name, notBefore, notAfter, fingerprint }, index) => {
    const { pem: _pem, chainPems: _chain, details: _details, ...columns } = many[index] ?? {};
    return {
      status: "expired" as const,
      eligibility: "expired" as const,
      notBefore,
      notAfter,
      source: "uploaded" as const,
      addedAt: issued,
      addedByLabel: "uploader@example.test",
      actorKind: "user" as const,
      actorLabel: "remover@example.test",
      removedAt: TEST_NOW,
      ...columns,
      accountId,
      id: row.id,
      name,
      fingerprint,
    };
  });
  await inBatches(contents, (batch) =>
    database()
      .insert(certificateContents)
      .values(batch.map(({ row }) => row)),
  );
  await inBatches(rows, (batch) =>
    database()
      .insert(removalRecords)
      .values(batch.map(({ fingerprint: _, ...row }) => row)),
  );
  return rows.map(({ id, fingerprint, name }) => ({ id, fingerprint, name }));
}

type DeploymentOverrides = Partial<typeof deployments.$inferInsert>;

export async function insertDeployment(accountId: string, certificateId: string, overrides: DeploymentOverrides = {}) {
  const [id = ""] = await insertDeployments(accountId, [certificateId], overrides);
  return id;
}

/** One for each of the ids, which may come more than once. */
export async function insertDeployments(accountId: string, ids: string[], overrides: DeploymentOverrides = {}) {
  const written = { service: "Load balancer", note: "", addedAt: TEST_NOW, addedByLabel: "member@example.test" };
  const rows = ids.map((certificateId) => {
    const id = newId();
    return { ...written, resource: `lb-${id}.example.test:443`, ...overrides, accountId, id, certificateId };
  });
  await inBatches(rows, (batch) => database().insert(deployments).values(batch));
  return rows.map(({ id }) => id);
}

/** A sync, active unless told otherwise, to a new destination of the given name. */
export async function insertSync(
  accountId: string,
  certificateId: string,
  overrides: Partial<Pick<typeof syncs.$inferInsert, "enabled" | "state">> & { destination?: string } = {},
): Promise<string> {
  const { destination, ...columns } = overrides;
  const destinationId = newId();
  const id = newId();
  const name = destination ?? `Destination ${destinationId}`;
  await database().insert(destinations).values({ accountId, id: destinationId, name, createdAt: TEST_NOW });
  const row = { enabled: true, state: "active" as const, addedAt: TEST_NOW, ...columns };
  await database()
    .insert(syncs)
    .values({ ...row, accountId, id, certificateId, destinationId });
  return id;
}

/** A cleanup run that a person started and that succeeded. */
export async function insertRun(accountId: string, overrides: Partial<typeof cleanupRuns.$inferInsert> = {}) {
  const id = newId();
  const settings = { retentionDays: 30, skipSynced: true, cutoff: new Date(TEST_NOW.getTime() - 30 * DAY_MS) };
  const times = { startedAt: TEST_NOW, heartbeatAt: TEST_NOW, finishedAt: TEST_NOW };
  const row = { trigger: "person" as const, startedByLabel: "admin@example.test", status: "succeeded" as const };
  await database()
    .insert(cleanupRuns)
    .values({ ...row, ...settings, ...times, ...overrides, accountId, id });
  return id;
}

/** Has the database refuse to delete certificates of this name, until allowDeletion(). */
export async function refuseDeletionOf(name: string): Promise<void> {
  await database().execute(sql`create or replace function refuse_some() returns trigger language plpgsql as
    $$ begin raise exception 'held by the archive'; end $$`);
  await database().execute(
    sql.raw(`create trigger refuse_some before delete on certificates for each row
      when (old.name = '${name}') execute function refuse_some()`),
  );
}

export async function allowDeletion(): Promise<void> {
  await database().execute(sql`drop trigger if exists refuse_some on certificates`);
}

/** PostgreSQL takes 65,534 parameters a statement. */
async function inBatches<Row>(rows: Row[], insert: (batch: Row[]) => PromiseLike<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += 1_000) await insert(rows.slice(from, from + 1_000));
}
