import { expect, type Page } from "@playwright/test";
import { newId } from "@/lib/ids";
import { expectAccessible } from "./axe";
import { createEmptyDatabase, setting, sql } from "./database";
import { addFindings, addScan } from "./discoveries";
import { addCertificate } from "./inventory";
import { makePerson, PASSWORD } from "./people";
import { startServer } from "./server";
import { test } from "./test";
import { makeAuthority, makeIdentity, startPeer } from "./tls-peer";

function screenOf(page: Page) {
  return {
    hosts: page.getByLabel("Hosts and ranges"),
    ports: page.getByLabel("Ports"),
    start: page.getByRole("button", { name: "Start scan" }),
    scans: page.getByRole("table", { name: "Scans" }).getByRole("row"),
    findings: page.getByRole("table", { name: "Findings" }).getByRole("row"),
  };
}

test("servers are scanned, what they serve is added and watched, and a second scan adds nothing", async ({ page }) => {
  test.setTimeout(180_000);
  const issuer = await makeAuthority("A CA");
  const [web, mail] = await Promise.all([makeIdentity("web.test", { issuer }), makeIdentity("mail.test")]);
  const peers = [
    await startPeer({ identities: { "web.test": web } }),
    await startPeer({ host: "127.0.0.2", identities: { "mail.test": mail } }),
  ];
  const database = await createEmptyDatabase(setting("E2E_ADMIN_URL"));
  const server = await startServer(database.url, {
    CERTSWEEP_PROBE_NETWORKS: "loopback",
    CERTSWEEP_ADMIN_EMAIL: "admin@example.test",
    CERTSWEEP_ADMIN_PASSWORD: PASSWORD,
  });
  const { hosts, ports, start, scans, findings } = screenOf(page);
  const scan = async () => {
    await hosts.fill("127.0.0.0/29\n169.254.169.254");
    await ports.fill(peers.map(({ port }) => port).join(", "));
    await start.click();
    await expect(page.getByRole("heading", { name: /^Scan of /, level: 1 })).toBeVisible();
    await expect(page.getByText("Succeeded", { exact: true })).toBeVisible({ timeout: 60_000 });
  };
  try {
    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel("Email").fill("admin@example.test");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: "Discovery" }).click();
    await expect(page.getByText("Nothing scanned yet")).toBeVisible();

    await scan();
    const figure = (term: string) => page.locator("dt", { hasText: term }).locator("xpath=following-sibling::dd");
    await expect(figure("Certificates added")).toHaveText("2");
    await expect(figure("No answer")).toHaveText("14");
    await expect(figure("Not allowed")).toHaveText(/^2/);
    const found = findings.filter({ hasText: "web.test" });
    await expect(found).toContainText(`127.0.0.1:${peers[0]?.port}`);
    await expect(found).toContainText("Added");
    await found.getByRole("link", { name: "web.test" }).click();
    await expect(page.getByRole("heading", { name: "web.test", level: 1 })).toBeVisible();
    const inUse = page.getByRole("region", { name: "In use" });
    await expect(inUse).toContainText(`127.0.0.1:${peers[0]?.port}`);
    await expect(inUse).toContainText("Serving");
    await expect(page.getByText("admin@example.test (discovery)").first()).toBeVisible();

    await page.getByRole("link", { name: "Discovery" }).click();
    await expect(scans).toHaveCount(2);
    await scan();
    await expect(figure("Certificates added")).toHaveText("0");
    await expect(figure("Already there")).toHaveText("2");
    await expect(figure("Endpoints added")).toHaveText(/^0/);
    expect(peers.map(({ heard }) => heard())).toEqual([0, 0]);
  } finally {
    // The page fetches ahead what its links lead to, and would miss the server.
    await page.close();
    await server.stop();
    await database.drop();
    for (const peer of peers) await peer.stop();
  }
});

test("what cannot be scanned is refused in words beside its field", async ({ enter, accountId }) => {
  const { page } = await enter("admin");
  await page.goto("/settings/discovery");
  const { hosts, ports, start } = screenOf(page);
  const refusals = [
    ["", /^Enter at least one host/],
    ["https://www.example.test/", /^https:\/\/www\.example\.test\/: Enter the host alone/],
    ["www.example.test 10.0.0.0/8", /^10\.0\.0\.0\/8: A range has 4,096 addresses at most/],
    ["2130706433", /^2130706433: Write an IPv4 address as four decimal numbers/],
    ["10.0.0.0/20 10.1.0.0/20 10.2.0.0/20 10.3.0.0/20 10.4.0.0/20", /^These are 20,480 connections/],
  ] as const;
  for (const [typed, words] of refusals) {
    await hosts.fill(typed);
    await start.click();
    await expect(hosts).toHaveAccessibleDescription(words);
    await expect(hosts).toBeFocused();
    await expect(hosts).toHaveValue(typed);
  }
  await hosts.fill("www.example.test");
  await ports.fill("443, 70000");
  await start.click();
  await expect(ports).toHaveAccessibleDescription(/^Enter ports as whole numbers from 1 to 65535/);
  await expect(ports).toBeFocused();
  expect(await sql()`select from discovery_scans where account_id = ${accountId}`).toHaveLength(0);
  await page.getByLabel("Protocol").selectOption({ label: "SMTP with STARTTLS" });
  await expect(ports).toHaveValue("443, 70000");
  await ports.fill("443");
  await page.getByLabel("Protocol").selectOption({ label: "TLS" });
  await page.getByLabel("Protocol").selectOption({ label: "SMTP with STARTTLS" });
  await expect(ports).toHaveValue("25, 587");
});

test("a scan that goes on shows how far it is, outlasts a reload, and can be stopped", async ({ enter, accountId }) => {
  const { page, person } = await enter("admin");
  const scanId = await addScan(accountId, { status: "running" });
  await page.goto("/settings/discovery");
  const { start } = screenOf(page);
  const bar = page.getByRole("progressbar", { name: "Looking" });
  await expect(bar).toHaveAttribute("aria-valuetext", "312 of 512 endpoints");
  await expect(start).toHaveAccessibleDescription("A scan is going on. Wait until it ends, or stop it first.");
  await sql()`update discovery_scans set done = 352, unreachable = unreachable + 40 where id = ${scanId}`;
  await expect(bar).toHaveAttribute("aria-valuetext", "352 of 512 endpoints");
  await page.reload();
  await expect(bar).toHaveAttribute("aria-valuetext", "352 of 512 endpoints");
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByRole("button", { name: "Stopping…" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Stopping…" })).toBeVisible();
  await sql()`update discovery_scans set status = 'stopped', finished_at = now() where id = ${scanId}`;
  await expect(bar).toHaveCount(0);
  await page.getByRole("table", { name: "Scans" }).getByRole("link").click();
  await expect(page.getByText(`by ${person.email}`)).toBeVisible();
});

test("scans and findings have pages", async ({ enter, accountId, consoles }) => {
  consoles.expect(/404/);
  const { page } = await enter("admin");
  let scanId = "";
  for (let index = 0; index < 51; index += 1) scanId = await addScan(accountId, { status: "succeeded" });
  const { id: certificateId } = await addCertificate(accountId, { name: "www.example.test" });
  const served = Array.from({ length: 51 }, (_, index) => ({
    ...{ kind: "already" as const, host: `host-${index}.example.test`, certificateId },
  }));
  await addFindings(accountId, scanId, [...served, { kind: "added", host: "gone.test", certificateId: newId() }]);
  await page.goto("/settings/discovery");
  const { scans, findings } = screenOf(page);
  await expect(scans).toHaveCount(51);
  await page.getByRole("link", { name: "Next" }).click();
  await expect(scans).toHaveCount(2);
  await page.goto(`/settings/discovery/${scanId}`);
  await expect(findings).toHaveCount(51);
  await page.getByRole("link", { name: "Next" }).click();
  await expect(findings).toHaveCount(3);
  await expect(findings.last()).toContainText("Not in the inventory any more");
  await page.getByRole("link", { name: "Previous" }).click();
  await expect(findings).toHaveCount(51);
  await page.goto(`/settings/discovery/${newId()}`);
  await expect(page.getByRole("heading", { name: "There is no such scan" })).toBeVisible();
});

for (const role of ["viewer", "member"] as const) {
  test(`a ${role} is told who can open the screen`, async ({ enter, consoles, accountId }) => {
    consoles.expect(/403/);
    await makePerson(accountId, "admin");
    const scanId = await addScan(accountId, { status: "succeeded" });
    const { page } = await enter(role);
    for (const address of ["/settings/discovery", `/settings/discovery/${scanId}`]) {
      await page.goto(address);
      await expect(page.getByRole("heading", { name: "You cannot open this page" })).toBeVisible();
    }
    await expect(page.getByRole("link", { name: "Discovery" })).toHaveCount(0);
  });
}

for (const width of [1280, 375, 320]) {
  test(`the screens are accessible at ${width} pixels, light and dark`, async ({ enter, accountId }) => {
    const { page } = await enter("admin", { viewport: { width, height: 800 }, reducedMotion: "reduce" });
    const look = async (address: string, where: string) => {
      await page.goto(address);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expectAccessible(page, where);
      const sideways = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
      expect(await page.evaluate(sideways), where).toBeLessThanOrEqual(0);
      const shots = process.env.E2E_SHOTS;
      if (shots !== undefined)
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          await page.screenshot({
            path: `${shots}/${where.replaceAll(" ", "-")}-${width}-${colorScheme}.png`,
            fullPage: true,
          });
        }
    };
    await look("/settings/discovery", "nothing scanned");
    await screenOf(page).start.click();
    await expect(screenOf(page).hosts).toHaveAttribute("aria-invalid", "true");
    await expectAccessible(page, "refused");
    const { id } = await addCertificate(accountId, { name: "www.example.test" });
    const failed = await addScan(accountId, { status: "failed", error: "The disk is full." });
    const hosts = ["a-rather-long-name-of-a-server.departments.example.test", "2001:db8::/120", "a.test", "b.test"];
    const full = await addScan(accountId, { status: "succeeded", hosts });
    await addFindings(accountId, full, [
      { kind: "added", host: hosts[0] ?? "", certificateId: id },
      { kind: "already", host: "2001:db8::f00", certificateId: newId() },
      { kind: "unreadable", host: "192.0.2.1" },
      { kind: "unreachable", host: "192.0.2.2" },
    ]);
    await look(`/settings/discovery/${failed}`, "a failed scan");
    await look(`/settings/discovery/${full}`, "a full scan");
    const running = await addScan(accountId, { status: "running" });
    await look("/settings/discovery", "a scan that goes on");
    await look(`/settings/discovery/${running}`, "its own page");
  });
}
