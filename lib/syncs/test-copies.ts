import { KeyObject } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { eq } from "drizzle-orm";
import { runMigrations } from "graphile-worker";
import { afterAll, beforeAll } from "vitest";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import { syncs } from "@/drizzle/schema/use";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { mintJobScope, type PersonScope } from "@/lib/auth/scope";
import { addFiles } from "@/lib/certificates/commands";
import { generateCertificate } from "@/lib/certificates/generate";
import { DAY_MS } from "@/lib/certificates/rules";
import { addDestination } from "@/lib/destinations/commands";
import type { DestinationKind } from "@/lib/destinations/rules";
import { splitFields } from "@/lib/destinations/schema";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { addSync } from "@/lib/syncs/commands";
import { workThroughDue } from "@/lib/syncs/work";

/** A database and a folder for copies, for a test file of its own. */
export function useCopies(): { root: string } {
  const root = mkdtempSync(path.join(tmpdir(), "certsweep-copies-"));
  process.env.CERTSWEEP_FILES_ROOT = root;
  useTestDatabase();
  beforeAll(() => runMigrations({ connectionString: process.env.DATABASE_URL ?? "", schema: JOB_SCHEMA }));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return { root };
}

/** Seconds after TEST_NOW. */
export function later(seconds: number): Date {
  return new Date(TEST_NOW.getTime() + seconds * 1_000);
}

/** A certificate that expires in so many days, with its private key unless told otherwise. */
export async function upload(
  scope: PersonScope,
  { name, expiresIn = 90, withKey = true }: { name: string; expiresIn?: number; withKey?: boolean },
): Promise<string> {
  const at = (days: number) => new Date(TEST_NOW.getTime() + days * DAY_MS);
  const order = { subjectCommonName: name, notBefore: at(expiresIn - 300), notAfter: at(expiresIn) };
  const made = await generateCertificate(order);
  const key = KeyObject.from(made.privateKey).export({ type: "pkcs8", format: "pem" }).toString();
  const bytes = Buffer.from(withKey ? `${made.pem}\n${key}` : made.pem);
  const [outcome] = await addFiles(scope, { files: [{ name: "a.pem", bytes }], givenName: null, now: TEST_NOW });
  const id = outcome?.kind === "read" ? outcome.certificates[0]?.id : undefined;
  if (id === undefined) throw new Error("nothing was uploaded");
  return id;
}

export async function addFolder(scope: PersonScope, folder: string, name = folder): Promise<string> {
  return (await addPlace(scope, { name, kind: "files", fields: { folder } })).id;
}

export function addPlace(
  scope: PersonScope,
  { name, kind, fields }: { name: string; kind: DestinationKind; fields: Record<string, string> },
): Promise<{ id: string }> {
  return addDestination(scope, { name, kind, ...splitFields(kind, fields) }, TEST_NOW);
}

export type Synced = {
  admin: PersonScope;
  certificateId: string;
  destinationId: string;
  syncId: string;
  folder: string;
};

/** A certificate that is wished to be copied into a folder of its own, and was not yet. */
export async function makeSynced({ expiresIn = 90 }: { expiresIn?: number } = {}): Promise<Synced> {
  const admin = await insertPerson({ role: "admin" });
  const folder = `f${admin.accountId.slice(-12)}`;
  const certificateId = await upload(admin, { name: "www.example.test", expiresIn });
  const destinationId = await addFolder(admin, folder);
  const { id: syncId } = await addSync(admin, { certificateId, destinationId }, TEST_NOW);
  return { admin, certificateId, destinationId, syncId, folder };
}

/** Has a server work at everything that is due. */
export function work(now: Date, signal: AbortSignal = new AbortController().signal): Promise<void> {
  return workThroughDue({ clock: () => now, signal, scopeOf: (accountId) => mintJobScope(accountId, "Certsweep") });
}

export async function syncOf({ syncId }: { syncId: string }) {
  const [row] = await database().select().from(syncs).where(eq(syncs.id, syncId));
  return row;
}

export async function eventsOf({ certificateId }: { certificateId: string }): Promise<string[]> {
  const rows = await database()
    .select({ action: auditEvents.action })
    .from(auditEvents)
    .where(eq(auditEvents.subjectId, certificateId))
    .orderBy(auditEvents.id);
  return rows.map((row) => row.action);
}

/** What lies in a folder of the destination, but for what Certsweep keeps for itself. */
export function filesIn(root: string, folder: string): string[] {
  try {
    return readdirSync(path.join(root, folder))
      .filter((name) => !name.startsWith("."))
      .sort();
  } catch {
    return [];
  }
}
