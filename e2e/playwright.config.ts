import { defineConfig } from "@playwright/test";
import { browserToUse } from "./browser";

const { executablePath, args, env } = await browserToUse();

export default defineConfig({
  testDir: ".",
  outputDir: ".results",
  globalSetup: "./global-setup.ts",
  reporter: "list",
  // Each test has an account of its own, so that they can run beside one another; two cores carry no more than two.
  fullyParallel: false,
  workers: 2,
  // What comes to pass only at the second try is told at the end of npm test (docs/decisions/0042).
  retries: 1,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  use: {
    headless: true,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1280, height: 800 },
    actionTimeout: 30_000,
    navigationTimeout: 40_000,
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: { executablePath, args, ...(env === undefined ? {} : { env }) },
  },
});
