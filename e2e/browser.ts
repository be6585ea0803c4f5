import path from "node:path";
import { z } from "zod";
import { findBrowser } from "../scripts/find-browser.mjs";

const browser = z.object({
  executablePath: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()).optional(),
});

/** The browser that scripts/test.mjs found, else the one found here; workers take what the first process found. */
export async function browserToUse(): Promise<z.infer<typeof browser>> {
  const given = process.env.E2E_BROWSER;
  if (given !== undefined) return browser.parse(JSON.parse(given));
  const found = browser.parse(await findBrowser(path.join(import.meta.dirname, "..")));
  process.env.E2E_BROWSER = JSON.stringify(found);
  return found;
}
