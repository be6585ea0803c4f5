import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, type Page } from "@playwright/test";
import { setting, sql } from "./database";
import { addCopy, addDestination } from "./destinations";
import { addCertificate } from "./inventory";
import { signIn } from "./people";
import { makeKeyOf } from "./permission-things";
import { succeed } from "./server-actions";
import { test } from "./test";

test.describe.configure({ mode: "parallel" });

/** Where the server writes the copies of a folder. */
const folderOf = (name: string) => path.join(setting("E2E_FILES_ROOT"), name);
const filesIn = (name: string) =>
  existsSync(folderOf(name)) ? readdirSync(folderOf(name)).filter((file) => !file.startsWith(".")) : [];

/** A certificate with its private key, long expired. */
async function makeWithKey(accountId: string, email: string): Promise<{ id: string; name: string }> {
  const { certificateId, privateKey } = await makeKeyOf(accountId);
  const key = { certificateId, privateKey, password: "" };
  await succeed("lib/certificates/actions.ts#addCertificateKey", key, await signIn(email));
  const [row] = await sql()<{ name: string }[]>`
    update certificates set not_before = now() - interval '400 days', not_after = now() - interval '40 days'
    where id = ${certificateId} returning name`;
  return { id: certificateId, name: row?.name ?? "" };
}

function syncsOn(page: Page) {
  const region = page.getByRole("region", { name: "In use" });
  return {
    item: region.getByRole("list", { name: "Syncs" }).getByRole("listitem"),
    add: region.getByRole("button", { name: "Add sync" }),
    dialog: page.getByRole("dialog", { name: "Add sync" }),
    ending: page.getByRole("alertdialog", { name: "Remove sync" }),
    deletion: (name: string) => page.getByRole("button", { name: `Delete ${name}` }),
  };
}

test("a destination is added and tested, a certificate synced to it, blocked by that, and deleted after its copy", async ({
  enter,
  accountId,
}) => {
  const { page, person } = await enter("admin");
  const { id, name } = await makeWithKey(accountId, person.email);
  const folder = `journey-${accountId.slice(-8)}`;

  await page.goto("/");
  await page.getByRole("link", { name: "Destinations" }).click();
  await expect(page.getByRole("heading", { name: "Destinations", level: 1 })).toBeVisible();
  await expect(page.getByText("No destinations yet")).toBeVisible();
  await page.getByRole("button", { name: "Add destination" }).click();
  const dialog = page.getByRole("dialog", { name: "Add destination" });
  await dialog.getByLabel("Kind").selectOption("Files on the server");
  await dialog.getByLabel("Folder").fill("../etc");
  await dialog.getByRole("button", { name: "Add destination" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAccessibleDescription("Give the destination a name.");
  await expect(dialog.getByLabel("Folder")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name").fill("Edge servers");
  await dialog.getByLabel("Folder").fill(folder);
  await dialog.getByRole("button", { name: "Add destination" }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole("table", { name: "Destinations" }).getByRole("row").last();
  await expect(row).toContainText("Not tested yet");
  await page.getByRole("button", { name: "Test Edge servers" }).click();
  const answer = page.getByRole("dialog", { name: "Test" });
  await expect(answer.getByRole("listitem")).toHaveText([/^Fine: List/, /^Fine: Put/, /^Fine: Delete/]);
  await answer.getByRole("button", { name: "Close" }).click();
  await expect(row).toContainText("Passed");
  expect(filesIn(folder)).toEqual([]);

  await page.goto(`/certificates/${id}`);
  const { item, add, dialog: adding, ending, deletion } = syncsOn(page);
  await add.click();
  await adding.getByRole("button", { name: "Sync to Edge servers" }).click();
  await expect(item).toContainText("Edge servers Active");
  await expect(item).toContainText("Last check");
  expect(filesIn(folder).some((file) => file.endsWith(".key"))).toBe(true);
  await expect(deletion(name)).toHaveAttribute("aria-disabled", "true");
  await deletion(name).focus();
  await expect(page.getByText("Synced to Edge servers. Remove the sync first.").first()).toBeVisible();

  rmSync(folderOf(folder), { recursive: true });
  await page.getByRole("button", { name: "Check now at Edge servers" }).click();
  await expect(item).toContainText("Pending");
  await expect(page.getByRole("region", { name: "History" })).toContainText("The copy at Edge servers was gone");
  await page.getByRole("button", { name: "Push again to Edge servers" }).click();
  await expect(item).toContainText("Active");
  await expect(item).toContainText(/Last check .*, next \d/);
  expect(filesIn(folder).length).toBeGreaterThan(1);

  await page.goto("/settings/destinations");
  await expect(row).toContainText("1 active");
  await page.getByRole("button", { name: "Delete Edge servers" }).focus();
  await page.getByRole("link", { name: "Show them" }).click();
  await page.getByRole("table", { name: "Syncs" }).getByRole("link", { name }).click();

  await page.getByRole("button", { name: "Remove sync to Edge servers" }).click();
  await expect(ending.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(ending.getByRole("radio", { name: "Remove the copy there too" })).toBeChecked();
  await ending.getByRole("button", { name: "Remove sync" }).click();
  await expect(item).toContainText("Removed");
  expect(filesIn(folder)).toEqual([]);
  await expect(deletion(name)).not.toHaveAttribute("aria-disabled");
  await deletion(name).click();
  await page.getByRole("alertdialog", { name: "Delete certificate" }).getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("region", { name: "Notifications" })).toContainText(name);
  expect(await sql()`select from certificates where id = ${id}`).toHaveLength(0);

  await page.goto("/settings/destinations");
  await page.getByRole("button", { name: "Delete Edge servers" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("No destinations yet")).toBeVisible();
});

test("a copy is left where it is, and a push that fails says why and goes on when it is mended", async ({
  enter,
  accountId,
}) => {
  const { page, person } = await enter("member");
  const { id } = await makeWithKey(accountId, person.email);
  const folder = `mended-${accountId.slice(-8)}`;
  writeFileSync(folderOf(folder), "");
  await addDestination(accountId, { name: "Edge", folder });
  await page.goto(`/certificates/${id}`);
  const { item, add, dialog, ending } = syncsOn(page);
  await add.click();
  await dialog.getByRole("button", { name: "Sync to Edge" }).click();
  await expect(item).toContainText("Edge Failed");
  await expect(item).toContainText("Next push");
  rmSync(folderOf(folder));
  mkdirSync(folderOf(folder));
  await page.getByRole("button", { name: "Push again to Edge" }).click();
  await expect(item).toContainText("Active");
  await expect(item).toContainText("Last check");
  await page.getByRole("button", { name: "Remove sync to Edge" }).click();
  await ending.getByRole("radio", { name: "Leave the copy there" }).check();
  await ending.getByRole("button", { name: "Remove sync" }).click();
  await expect(item).toHaveCount(0);
  await expect(page.getByRole("region", { name: "History" })).toContainText(`its copy stays there as ${folder}/`);
  expect(filesIn(folder).length).toBeGreaterThan(1);
});

test("a certificate without its private key cannot be synced where that is needed, and is told before", async ({
  enter,
  accountId,
}) => {
  const { page } = await enter("admin");
  const { id } = await addCertificate(accountId, { name: "bare.example.test" });
  await page.goto(`/certificates/${id}`);
  const { add, dialog } = syncsOn(page);
  await expect(add).toHaveAttribute("aria-disabled", "true");
  await expect(add).toHaveAccessibleDescription("There is no other destination. Add one first.");
  await addDestination(accountId, { name: "Edge" });
  const cloud = await addDestination(accountId, { name: "Cloud" });
  await sql()`update destinations set kind = 'acm', settings = '{"region":"eu-central-1","endpoint":""}' where id = ${cloud}`;
  await page.reload();
  await add.click();
  const sync = dialog.getByRole("button", { name: "Sync to Cloud" });
  await expect(sync).toHaveAttribute("aria-disabled", "true");
  await expect(sync).toHaveAccessibleDescription(/^It takes certificates with their private key only\./);
  await expect(dialog.getByRole("button", { name: "Sync to Edge" })).not.toHaveAttribute("aria-disabled");
});

test("a viewer sees the syncs and no button, and neither viewer nor member sees the destinations", async ({
  enter,
  accountId,
  consoles,
}) => {
  consoles.expect(/403/);
  const { id: certificateId } = await addCertificate(accountId, { name: "seen.example.test" });
  const destinationId = await addDestination(accountId, { name: "Edge" });
  await addCopy(accountId, { certificateId, destinationId });
  const { page } = await enter("viewer");
  await page.goto(`/certificates/${certificateId}`);
  const { item, add } = syncsOn(page);
  await expect(item).toContainText("Edge Active");
  await expect(add).toHaveCount(0);
  await expect(item.getByRole("button")).toHaveCount(0);
  for (const role of ["viewer", "member"] as const) {
    const { page: refused } = await enter(role);
    for (const address of ["/settings/destinations", `/settings/destinations/${destinationId}`]) {
      expect((await refused.goto(address))?.status()).toBe(403);
      await expect(refused.getByRole("main")).toContainText("product admin");
    }
  }
});

test("an edit keeps the secret that is not typed again", async ({ enter, accountId }) => {
  const { page } = await enter("admin");
  await page.goto("/settings/destinations");
  await page.getByRole("button", { name: "Add destination" }).click();
  const adding = page.getByRole("dialog", { name: "Add destination" });
  await adding.getByLabel("Kind").selectOption("Cloudflare mTLS certificates");
  await adding.getByLabel("Name").fill("Cloudflare");
  await adding.getByLabel("Account ID").fill("0123456789abcdef0123456789abcdef");
  await adding.getByLabel("API token").fill("a-token-that-nobody-may-ever-see");
  await adding.getByRole("button", { name: "Add destination" }).click();
  await expect(adding).toBeHidden();
  const box = async () =>
    (
      await sql()<{ box: string }[]>`select credentials_box as box from destinations where account_id = ${accountId}`
    )[0];
  const before = await box();
  await page.getByRole("button", { name: "Edit Cloudflare" }).click();
  const editing = page.getByRole("dialog", { name: "Edit destination" });
  await expect(editing.getByLabel("API token")).toHaveValue("");
  await expect(editing.getByLabel("API token")).toHaveAccessibleDescription("Leave it empty to keep the present one.");
  await editing.getByLabel("Name").fill("Cloudflare, production");
  await editing.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("table", { name: "Destinations" })).toContainText("Cloudflare, production");
  expect(await box()).toEqual(before);
  expect(before?.box).toMatch(/^[\w+/=]{40,}$/);
  expect(await page.content()).not.toContain("a-token-that-nobody-may-ever-see");
});
