import "server-only";
import { closeDatabase } from "@/drizzle/client";
import { manageTokens } from "@/lib/tokens/manage-tokens";

/** The program behind `npm run token`. */
const { code, out, err } = await manageTokens(process.argv.slice(2), new Date()).finally(closeDatabase);
if (err !== "") process.stderr.write(`${err}\n`);
if (out !== "") process.stdout.write(`${out}\n`);
process.exitCode = code;
