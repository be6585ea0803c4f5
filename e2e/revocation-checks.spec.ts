import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { createEmptyDatabase, setting } from "./database";
import { hasOpenssl, type Made } from "./foreign-ca";
import { type ForeignCaServer, startForeignCa } from "./foreign-ca-server";
import { PASSWORD } from "./people";
import { type Server, startServer } from "./server";
import { test } from "./test";

const ADMIN = { CERTSWEEP_ADMIN_EMAIL: "admin@example.test", CERTSWEEP_ADMIN_PASSWORD: PASSWORD };

let ca: ForeignCaServer;
let server: Server;
let database: Awaited<ReturnType<typeof createEmptyDatabase>>;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  // biome-ignore lint/suspicious/noSkippedTests: there may be none on a developer's machine
  test.skip(!(await hasOpenssl()), "There is no openssl, which has been said");
  ca = await startForeignCa("Example Foreign CA");
  database = await createEmptyDatabase(setting("E2E_ADMIN_URL"));
  server = await startServer(database.url, { CERTSWEEP_PROBE_NETWORKS: "loopback", ...ADMIN });
});
test.afterEach(() => ca.fault(null));
test.afterAll(async () => {
  await server?.stop();
  await database?.drop();
  await ca?.stop();
});

async function signIn(page: Page): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel("Email").fill(ADMIN.CERTSWEEP_ADMIN_EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
}

async function upload(page: Page, made: Made): Promise<void> {
  await page.goto(`${server.url}/certificates/upload`);
  await page.getByLabel("Certificate (PEM)").fill(`${made.pem}\n${await ca.ca.pem}`);
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  await page.getByRole("region", { name: "Upload results" }).getByRole("link").first().click();
  await expect(page.getByRole("region", { name: "Revocation" })).toBeVisible();
}

test("a CA is asked, and what it has revoked turns revoked", async ({ page }) => {
  test.setTimeout(120_000);
  const shop = await ca.ca.issue({ name: "shop.example.test" });
  await signIn(page);
  await upload(page, shop);
  const region = page.getByRole("region", { name: "Revocation" });
  const check = page.getByRole("button", { name: "Check revocation" });
  await expect(region).toContainText("Never");
  await expectAccessible(page, "a certificate whose CA was not asked yet");

  await check.click();
  await expect(region).toContainText("Not revoked");
  await expect(region).toContainText("By OCSP");
  await expect(page.getByRole("region", { name: "Notifications" })).toContainText("Its CA has not revoked it.");
  await expectAccessible(page, "a certificate that its CA has not revoked");

  ca.fault(({ path }) => (path === "/ocsp" ? { body: "<html><title>Sign in</title></html>" } : { status: 503 }));
  await check.click();
  await expect(region).toContainText("No answer that can be trusted");
  await expect(region).toContainText("It answered with a web page.");
  await expect(region).toContainText("It answered with HTTP status 503.");
  await expectAccessible(page, "a certificate whose CA gave no answer");
  await page.setViewportSize({ width: 375, height: 800 });
  await expectAccessible(page, "the same on a narrow screen");
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(page.getByRole("region", { name: "Details" })).toContainText("Valid");
  ca.fault(null);

  await ca.ca.revoke(shop, "keyCompromise");
  await check.click();
  await expect(region).toContainText("By its CA, as it says when it is asked");
  await expect(region).toContainText("Its private key may be known to others");
  await expect(page.getByRole("region", { name: "Details" })).toContainText("Revoked");
  await expect(page.getByRole("region", { name: "History" })).toContainText("Revoked by its CA");
  await expect(check).toBeHidden();
  await expectAccessible(page, "a certificate that its CA has revoked");
  await page.reload();
  await expect(region).toContainText("By its CA");
});

test("a list answers where no responder does, and a certificate that names nobody says so", async ({ page }) => {
  const listed = await ca.ca.issue({
    name: "listed.example.test",
    extensions: ["subjectAltName=DNS:listed.example.test", `crlDistributionPoints=URI:${ca.origin}/crl`],
  });
  const mute = await ca.ca.issue({ name: "mute.example.test", extensions: ["subjectAltName=DNS:mute.example.test"] });
  await signIn(page);
  await upload(page, listed);
  const region = page.getByRole("region", { name: "Revocation" });
  await page.getByRole("button", { name: "Check revocation" }).click();
  await expect(region).toContainText("By its revocation list");
  await expect(region).toContainText("Not revoked");
  await page.goto(server.url);
  await page.getByRole("button", { name: "Actions for listed.example.test" }).click();
  await page.getByRole("menuitem", { name: "Check revocation" }).click();
  await expect(page.getByRole("heading", { name: "listed.example.test", level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/#revocation$/);
  await expect(region).toContainText("Not revoked");
  await upload(page, mute);
  await expect(region).toContainText("It names no http address at which its CA says whether it is revoked");
  await expect(page.getByRole("button", { name: "Check revocation" })).toHaveAttribute("aria-disabled", "true");
  await expectAccessible(page, "a certificate that names no address of its CA");
});
