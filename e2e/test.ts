import { type BrowserContext, type BrowserContextOptions, test as base, expect, type Page } from "@playwright/test";
import type { Role } from "@/lib/accounts/rules";
import { type ConsoleWatch, watchConsoles } from "./console-watch";
import { setting } from "./database";
import { makeAccount, makePerson, type Person, signInBrowser } from "./people";

type SignedIn = { page: Page; context: BrowserContext; person: Person };

type Fixtures = {
  /** Fails the test when a browser complained; attached to every page. */
  consoles: ConsoleWatch;
  /** An account of the test's own. */
  accountId: string;
  /** Opens a browser context of its own, as on another machine. */
  openBrowser: (options?: BrowserContextOptions) => Promise<BrowserContext>;
  /** Makes a person of the test's account and signs them in, in a browser context of its own. */
  enter: (role: Role, options?: BrowserContextOptions) => Promise<SignedIn>;
};

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  baseURL: async ({}, use) => use(setting("E2E_URL")),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  consoles: async ({}, use) => {
    const consoles = watchConsoles();
    await use(consoles);
    expect(consoles.complaints(), "what browsers complained about").toEqual([]);
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  accountId: async ({}, use) => use(await makeAccount()),
  context: async ({ context, consoles }, use) => {
    await consoles.attach(context);
    await use(context);
  },
  openBrowser: async ({ browser, consoles, baseURL }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ ...(baseURL === undefined ? {} : { baseURL }), ...options });
      opened.push(context);
      await consoles.attach(context);
      return context;
    });
    for (const context of opened) await context.close();
  },
  enter: async ({ openBrowser, accountId }, use) => {
    await use(async (role, options) => {
      const person = await makePerson(accountId, role);
      const context = await openBrowser(options);
      await signInBrowser(context, person.email);
      return { page: await context.newPage(), context, person };
    });
  },
});
