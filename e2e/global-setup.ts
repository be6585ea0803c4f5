import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { startTestPostgres } from "../scripts/test-postgres.mjs";
import { createEmptyDatabase } from "./database";
import { startServer } from "./server";

/** Starts what all journeys share: one server on one database, which is dropped as a whole in the end. */
// biome-ignore lint/style/noDefaultExport: Playwright looks for it
export default async function setUp(): Promise<() => Promise<void>> {
  const ends: (() => Promise<void>)[] = [];
  const tearDown = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const adminUrl = process.env.TEST_DATABASE_URL ?? (await startOwnPostgres(ends));
    const database = await createEmptyDatabase(adminUrl);
    ends.push(database.drop);
    const files = mkdtempSync(path.join(os.tmpdir(), "certsweep-files-"));
    ends.push(async () => rmSync(files, { recursive: true, force: true }));
    const server = await startServer(database.url, { CERTSWEEP_FILES_ROOT: files });
    ends.push(server.stop);
    Object.assign(process.env, {
      ...{ E2E_ADMIN_URL: adminUrl, E2E_DATABASE_URL: database.url, E2E_URL: server.url, E2E_FILES_ROOT: files },
    });
    return tearDown;
  } catch (error) {
    await tearDown();
    throw error;
  }
}

async function startOwnPostgres(ends: (() => Promise<void>)[]): Promise<string> {
  const postgres = await startTestPostgres();
  ends.push(postgres.stop);
  return postgres.adminUrl;
}
