import type { BrowserContext } from "@playwright/test";

export type ConsoleWatch = {
  /** What browsers complained about: console errors, uncaught errors and broken content policy. */
  complaints: () => string[];
  /** Makes a complaint no failure, where a journey provokes it. */
  expect: (complaint: RegExp) => void;
  attach: (context: BrowserContext) => Promise<void>;
};

/** Listens to every page of the contexts that it is attached to. */
export function watchConsoles(): ConsoleWatch {
  const heard: string[] = [];
  const expected: RegExp[] = [];
  return {
    complaints: () => heard.filter((complaint) => !expected.some((pattern) => pattern.test(complaint))),
    expect: (complaint) => void expected.push(complaint),
    attach: async (context) => {
      context.on("console", (message) => {
        if (message.type() === "error") heard.push(`${message.text()} (${message.location().url})`);
      });
      context.on("weberror", (error) => heard.push(error.error().stack ?? error.error().message));
      await context.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile }) => {
          const { console } = globalThis;
          console.error(`content policy: ${effectiveDirective} ${blockedURI} ${sourceFile}`);
        });
      });
    },
  };
}
