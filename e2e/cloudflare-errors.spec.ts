import { expect } from "@playwright/test";
import { FAILURES } from "@/lib/cloudflare/rules";
import { expectAccessible } from "./axe";
import { test } from "./test";

for (const width of [1280, 375]) {
  test(`the errors of Cloudflare's API are explained to anybody at ${width} pixels`, async ({ openBrowser }) => {
    const context = await openBrowser({ viewport: { width, height: 800 } });
    const page = await context.newPage();
    const answer = await page.goto("/docs/errors#error-1480");
    expect(answer?.status()).toBe(200);
    await expect(page.getByRole("heading", { name: "Errors of the Cloudflare-compatible API" })).toBeVisible();
    await expect(page.getByRole("term")).toHaveCount(Object.keys(FAILURES).length);
    await expect(page.getByRole("term").filter({ hasText: /^1480/ })).toBeInViewport();
    await expectAccessible(page, "/docs/errors");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide).toBe(false);
  });
}
