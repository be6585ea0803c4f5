import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "@playwright/test";
import { expectAccessible } from "./axe";
import { setting, sql } from "./database";
import { addDestination } from "./destinations";
import { addCertificate } from "./inventory";
import { signIn } from "./people";
import { succeed } from "./server-actions";
import { test } from "./test";

const folderOf = (name: string) => path.join(setting("E2E_FILES_ROOT"), name);

test("a cleanup that is told so removes the copies first, and keeps what it cannot remove", async ({
  enter,
  accountId,
}) => {
  const { page, person } = await enter("admin");
  const cookie = await signIn(person.email);
  const folders = [`gone-${accountId.slice(-8)}`, `kept-${accountId.slice(-8)}`] as const;
  for (const folder of folders) {
    const { id: certificateId } = await addCertificate(accountId, { name: `${folder}.example.test`, expiresIn: -50 });
    const destinationId = await addDestination(accountId, { name: folder, folder });
    await succeed("lib/syncs/actions.ts#addSyncAction", { certificateId, destinationId }, cookie);
  }
  await expect
    .poll(() => sql()`select from syncs where account_id = ${accountId} and checked_at is not null`)
    .toHaveLength(2);
  // Somebody has put a file of their own in the place of the second copy's folder.
  const [gone, kept] = folders.map(folderOf);
  if (gone === undefined || kept === undefined) throw new Error("there are no folders");
  rmSync(kept, { recursive: true });
  writeFileSync(kept, "");

  await page.goto("/settings/cleanup");
  const copies = page.getByRole("combobox", { name: "Copies at destinations" });
  await expect(copies).toHaveCount(0);
  await page.getByRole("switch", { name: "Skip certificates with active syncs" }).click();
  await expect(page.getByText("their copies stay at the destinations")).toBeVisible();
  await copies.selectOption("Remove them first");
  await expect(page.getByText("one whose copy cannot be removed stays")).toBeVisible();
  await expectAccessible(page, "cleanup settings with copies");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("region", { name: "Notifications" })).toContainText("Saved.");
  await page.reload();
  await expect(copies).toHaveValue("remove");

  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Start run" }).click();
  const lastRun = page.getByRole("region", { name: "Last run" });
  await expect(lastRun).toContainText("Succeeded");
  expect(existsSync(gone) ? readdirSync(gone).filter((file) => !file.startsWith(".")) : []).toEqual([]);
  const [run] = await sql()<{ id: string }[]>`select id from cleanup_runs where account_id = ${accountId}`;
  await page.goto(`/settings/cleanup/runs/${run?.id}?show=synced`);
  await expect(page.getByRole("main")).toContainText("synced ones too, their copies removed first");
  const skipped = page.getByRole("table", { name: "Certificates skipped because they had an active sync" });
  await expect(skipped.getByRole("row").last()).toContainText(`It had an active sync ${folders[1]}: `);
  await skipped.getByRole("link").click();
  await expect(page.getByRole("list", { name: "Syncs" })).toContainText("Removal wished by Certificate Cleanup");
});
