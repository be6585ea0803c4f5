import { expect } from "@playwright/test";
import { newId } from "@/lib/ids";
import { expectAccessible } from "./axe";
import { sql } from "./database";
import { addCertificates, addCopies, addDeployment, addSync } from "./inventory";

import { makePerson, signIn } from "./people";
import { succeed } from "./server-actions";
import { test } from "./test";

// A trace takes a picture of the page around each of axe's many steps.
test.use({ trace: "off" });
test.describe.configure({ mode: "parallel" });

async function makeInventory(accountId: string) {
  const [expired, deployed, synced, , , gone] = await addCertificates(accountId, [
    { name: "expired.example.test", expiresIn: -40 },
    { name: "deployed.example.test", expiresIn: -50 },
    { name: "synced.example.test", expiresIn: 10 },
    { name: "a-very-long-name-that-has-to-break-somewhere-or-be-cut-off-on-a-narrow-screen.departments.example.test" },
    { name: "revoked.example.test", revoked: true },
    { name: "gone.example.test", expiresIn: -60 },
    { name: "future.example.test", startsIn: 10 },
  ]);
  if (!expired || !deployed || !synced || !gone) throw new Error("nothing was added");
  await addDeployment(accountId, deployed.id);
  await addSync(accountId, synced.id, "Cloud one");
  const cookie = await signIn((await makePerson(accountId, "member", "remover")).email);
  await succeed("lib/removal/actions.ts#deleteCertificate", { id: gone.id }, cookie);
  return { expired, deployed, gone };
}

for (const width of [1280, 375]) {
  test(`every screen and open dialog is accessible at ${width} pixels, light and dark`, async ({
    enter,
    openBrowser,
    accountId,
    consoles,
  }) => {
    test.setTimeout(300_000);
    consoles.expect(/40[34]/);
    const look = { viewport: { width, height: 800 }, reducedMotion: "reduce" } as const;
    const empty = await enter("admin", look);
    for (const address of ["/", "/removals", "/removals/bulk", "/settings/members", "/settings/cleanup"]) {
      await empty.page.goto(address);
      await expectAccessible(empty.page, `${address}, empty`);
    }
    const { expired, deployed, gone } = await makeInventory(accountId);
    const { page } = empty;
    for (const address of [
      "/",
      "/?status=expired",
      "/?q=nothing-like-this",
      "/certificates/upload",
      `/certificates/${deployed.id}`,
      `/certificates/${gone.id}`,
      "/certificates/unknown",
      "/removals",
      `/removals/${gone.id}`,
      "/settings/cleanup",
      "/settings/members",
    ]) {
      await page.goto(address);
      await expectAccessible(page, address);
    }

    await page.goto("/");
    if (width < 700) {
      await page.getByRole("button", { name: "Menu" }).click();
      await expectAccessible(page, "menu");
      await page.keyboard.press("Escape");
    }
    await page.getByRole("button", { name: "Delete expired.example.test" }).click();
    await expectAccessible(page, "delete dialog, expired");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Delete future.example.test" }).click();
    await expectAccessible(page, "delete dialog, name to be typed");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Delete deployed.example.test" }).focus();
    await expectAccessible(page, "refused button with its reason");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Delete expired.example.test" }).click();
    await addDeployment(accountId, expired.id);
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("alertdialog").getByRole("alert")).toContainText("Nothing was deleted.");
    await expectAccessible(page, "delete dialog, refused");

    await page.goto(`/certificates/${deployed.id}`);
    await page.getByRole("button", { name: /^Remove / }).click();
    await expectAccessible(page, "remove deployment dialog");
    await page.goto("/settings/members");
    await page.getByRole("button", { name: "Invite member" }).click();
    await expectAccessible(page, "invite dialog");
    await page
      .getByRole("dialog")
      .getByLabel("Email")
      .fill(`guest-${accountId.slice(-8)}@example.test`);
    await page.getByRole("button", { name: "Make link" }).click();
    const link = await page.getByRole("textbox", { name: "Invitation link" }).inputValue();
    await expectAccessible(page, "invitation link dialog");
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: /^Disable remover/ }).click();
    await expectAccessible(page, "disable dialog");
    await page.goto("/settings/cleanup");
    await page.getByRole("button", { name: "Run now" }).click();
    await expectAccessible(page, "run dialog");
    await page.keyboard.press("Escape");
    await page.getByRole("spinbutton", { name: "Days after expiration" }).fill("99");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expectAccessible(page, "cleanup with an error");

    const viewer = await enter("viewer", look);
    for (const address of ["/", "/settings/cleanup", `/certificates/${deployed.id}`]) {
      await viewer.page.goto(address);
      await expectAccessible(viewer.page, `${address} as viewer`);
    }
    const nobody = await (await openBrowser(look)).newPage();
    for (const address of ["/sign-in", "/setup", link, "/invite/none"]) {
      await nobody.goto(address);
      await expectAccessible(nobody, address);
    }
  });
}

/** A run that is held, with what it would remove, and one that failed. */
async function makeRuns(accountId: string) {
  await addCopies(accountId, { name: "copy.example.test", expiresIn: -50, amount: 60 });
  const add = async (run: { status: string; minutesAgo: number; held: number | null }) => {
    const id = newId();
    await sql()`
      insert into cleanup_runs (account_id, id, trigger, started_by_label, retention_days, skip_synced, cutoff, status,
        started_at, heartbeat_at, finished_at, held_removable, held_inventory, error, failed)
      values (${accountId}, ${id}, 'person', 'somebody@example.test', 30, true, now(), ${run.status},
        now() - ${run.minutesAgo} * interval '1 minute', now(), now(), ${run.held}::int, ${run.held}::int,
        'old.example.test: it is held by a signer', 1)`;
    return id;
  };
  const failed = await add({ status: "failed", minutesAgo: 9, held: null });
  await sql()`
    insert into cleanup_skips (account_id, run_id, reason, certificate_id, name, error)
    values (${accountId}, ${failed}, 'failed', ${newId()}, 'old.example.test', 'it is held by a signer')`;
  return { failed, held: await add({ status: "held", minutesAgo: 1, held: 60 }) };
}

for (const width of [1280, 375]) {
  test(`what the cleanup tells is accessible at ${width} pixels, light and dark`, async ({ enter, accountId }) => {
    test.setTimeout(300_000);
    const { failed, held } = await makeRuns(accountId);
    const { page } = await enter("admin", { viewport: { width, height: 800 }, reducedMotion: "reduce" });
    for (const address of ["/settings/cleanup/runs", `/settings/cleanup/runs/${failed}?show=failed`]) {
      await page.goto(address);
      await expectAccessible(page, address);
    }
    await page.goto(`/settings/cleanup/runs/${held}`);
    await expectAccessible(page, "held run with its preview");
    await page.getByRole("button", { name: "Approve this run" }).click();
    await expectAccessible(page, "approve dialog");
    await page.goto("/settings/cleanup");
    await page.getByRole("button", { name: "See the list" }).click();
    await expect(page.getByRole("region", { name: "Preview" }).getByRole("row")).toHaveCount(51);
    await expectAccessible(page, "settings with the preview");
    await page.setViewportSize({ width: 320, height: 640 });
    for (const address of [
      `/settings/cleanup/runs/${held}`,
      `/settings/cleanup/runs/${failed}`,
      "/settings/cleanup/runs",
    ]) {
      await page.goto(address);
      expect.soft(await page.evaluate(scrollSideways), address).toBe(0);
    }
  });
}

test("nothing scrolls sideways at 320 pixels", async ({ enter, openBrowser, accountId, consoles }) => {
  consoles.expect(/40[34]/);
  const look = { viewport: { width: 320, height: 640 } };
  const { deployed, gone } = await makeInventory(accountId);
  const { page } = await enter("admin", look);
  const visitor = await (await openBrowser(look)).newPage();
  const visits = [
    ...[
      "/",
      "/?status=expired&deletable=yes&expires=2026-10",
      "/certificates/upload",
      `/certificates/${deployed.id}`,
      `/certificates/${gone.id}`,
      "/removals",
      `/removals/${gone.id}`,
      "/settings/cleanup",
      "/settings/members",
    ].map((address) => ({ tab: page, address })),
    ...["/sign-in", "/setup", "/invite/none"].map((address) => ({ tab: visitor, address })),
  ];
  for (const { tab, address } of visits) {
    await tab.goto(address);
    await expect(tab.getByRole("heading", { level: 1 })).toBeVisible();
    expect.soft(await tab.evaluate(scrollSideways), address).toBe(0);
  }
  await page.goto("/");
  await page.getByRole("button", { name: "Delete expired.example.test" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toBeVisible();
  expect(await dialog.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
});

/** How far the page can be moved to the side. */
function scrollSideways(): number {
  window.scrollTo(10_000, 0);
  return window.scrollX;
}
