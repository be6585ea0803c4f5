import { completeEnvironment, localUrl } from "../scripts/environment.mjs";
import { tryPort } from "../scripts/free-port.mjs";
import { serve } from "../scripts/serve.mjs";
import { stop } from "../scripts/stopping.mjs";

/** Serves the build in the folder that is named, as `npm start` does, for the database in the environment. */
const [root = ""] = process.argv.slice(2);
const host = "127.0.0.1";
const { port } = await tryPort(0, host);
const url = localUrl(host, port);
const { CERTSWEEP_SECRET: secret, CERTSWEEP_ENCRYPTION_KEY: encryptionKey, DATABASE_URL: databaseUrl } = process.env;
Object.assign(
  process.env,
  completeEnvironment(process.env, { secret, encryptionKey, databaseUrl, url, port, dev: false }),
);
await serve({ root, dev: false, host, port });
process.send(url);
// Whoever asks wants to know what this process has used so far.
process.on("message", () => process.send(process.cpuUsage()));
process.once("disconnect", () => stop(0));
