import { onStop } from "./stopping.mjs";

/**
 * Starts the data folder's PostgreSQL until this process stops, with Certsweep's own database in it.
 * Its modules are loaded here, since on a fresh checkout their packages were installed a moment ago.
 * @param {string} folder data folder, held by the caller
 * @param {(forGood: boolean) => void} onLost
 * @returns {Promise<string>} the database's address
 */
export async function startEmbedded(folder, onLost) {
  const { startPostgres } = await import("./embedded-postgres.mjs");
  const { ensureDatabase } = await import("./database.mjs");
  const postgres = await startPostgres({ folder, onLost });
  onStop(postgres.stop);
  await ensureDatabase(postgres.adminUrl, "certsweep");
  return postgres.url;
}
