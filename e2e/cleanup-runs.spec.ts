import { expect, type Page } from "@playwright/test";
import { sql } from "./database";
import { addCertificates, addCopies, addDeployment, addSync } from "./inventory";
import { test } from "./test";

const banner = (page: Page) => page.getByRole("region", { name: "Cleanup notice" });
const lastRun = (page: Page) => page.getByRole("region", { name: "Last run" });

async function runNow(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByRole("alertdialog", { name: "Run cleanup now" }).getByRole("button", { name: "Start run" }).click();
}

test("the preview lists what would go and what stays, with values that are not saved", async ({ enter, accountId }) => {
  const [, deployed, synced] = await addCertificates(accountId, [
    { name: "ten-days.example.test", expiresIn: -10 },
    { name: "deployed.example.test", expiresIn: -10 },
    { name: "synced.example.test", expiresIn: -10 },
  ]);
  await addCopies(accountId, { name: "copy.example.test", expiresIn: -40, amount: 70 });
  await addDeployment(accountId, deployed?.id ?? "", "Gateway");
  await addSync(accountId, synced?.id ?? "", "Cloud one");
  const { page } = await enter("admin");
  await page.goto("/settings/cleanup");
  await page.getByRole("button", { name: "See the list" }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.getByRole("button", { name: "Would be removed 70" })).toHaveAttribute("aria-pressed", "true");
  const rows = preview.getByRole("table", { name: "Certificates that would be removed" }).getByRole("row");
  await expect(rows).toHaveCount(51);
  await expect(preview.getByRole("button", { name: "Previous" })).toHaveAttribute("aria-disabled", "true");
  await preview.getByRole("button", { name: "Next" }).click();
  await expect(rows).toHaveCount(21);
  await preview.getByRole("button", { name: "Previous" }).click();
  await expect(rows).toHaveCount(51);

  await page.getByRole("spinbutton", { name: "Days after expiration" }).fill("9");
  await expect(
    page.getByText("71 certificates would be removed tonight and 2 skipped: 1 deployed, 1 synced"),
  ).toBeVisible();
  await preview.getByRole("button", { name: "Deployed 1" }).click();
  await expect(preview.getByRole("row", { name: /deployed\.example\.test/ })).toContainText("Gateway");
  await preview.getByRole("button", { name: "Synced 1" }).click();
  await expect(preview.getByRole("row", { name: /synced\.example\.test/ })).toContainText("Cloud one");
  await page.getByRole("switch", { name: "Skip certificates with active syncs" }).click();
  await expect(preview).toContainText("No certificate would be skipped for an active sync.");
  await expect(page.getByText("72 certificates would be removed tonight and 1 skipped: 1 deployed")).toBeVisible();
  expect(await sql()`select from cleanup_settings where account_id = ${accountId}`).toHaveLength(0);
  await page.getByRole("button", { name: "Hide the list" }).click();
  await expect(preview).toBeHidden();
  await page.getByRole("button", { name: "Discard" }).click();
});

test("a run that would take too much is held, shown, approved by its own word, and goes on", async ({
  enter,
  accountId,
}) => {
  const [, deployed] = await addCertificates(accountId, [
    { name: "valid.example.test" },
    { name: "deployed.example.test", expiresIn: -40 },
  ]);
  await addDeployment(accountId, deployed?.id ?? "");
  await addCopies(accountId, { name: "copy.example.test", expiresIn: -40, amount: 140 });
  const { page, person } = await enter("admin");
  await page.goto("/settings/cleanup");
  await expect(page.getByText(/it would remove 140 of all 142 certificates \(98 %\)/)).toBeVisible();
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("The run would be held until a product admin approves it");
  await page.getByRole("alertdialog").getByRole("button", { name: "Start run" }).click();
  await expect(lastRun(page)).toContainText("Held");
  await expect(lastRun(page)).toContainText("140 of 142 certificates (98 %), more than the 50 %");
  expect(await sql()`select from removals where account_id = ${accountId}`).toHaveLength(0);

  await expect(banner(page)).toContainText("The last cleanup run is held.");
  await page.goto("/");
  await banner(page).getByRole("link", { name: "Review the run" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^Cleanup run of / })).toBeVisible();
  await expect(page.getByRole("region", { name: "Run" })).toContainText(
    "140 of 142 certificates would have gone (98 %)",
  );
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview).toContainText("this run would now remove 140 certificates; 1 skipped: 1 deployed");
  await expect(preview.getByRole("row")).toHaveCount(51);
  await preview.getByRole("link", { name: "Next" }).click();
  // Until the second page is there, the link still leads to it.
  await expect(preview.getByRole("link", { name: "Previous" })).not.toHaveAttribute("aria-disabled");
  await preview.getByRole("link", { name: "Next" }).click();
  await expect(preview.getByRole("row")).toHaveCount(41);
  await preview.getByRole("link", { name: "Deployed 1" }).click();
  await expect(preview.getByRole("row", { name: /deployed\.example\.test/ })).toContainText("Load balancer");

  await page.getByRole("button", { name: "Approve this run" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Approve this run" });
  await expect(dialog).toContainText("140 certificates");
  const approve = dialog.getByRole("button", { name: "Approve and delete" });
  await expect(approve).toHaveAttribute("aria-disabled", "true");
  await dialog.getByLabel("Type approve to confirm").fill("approve");
  await approve.click();
  await expect(page.getByRole("region", { name: "Run" })).toContainText("Succeeded");
  await expect(page.getByRole("region", { name: "Run" })).toContainText(`by ${person.email}`);
  await expect(banner(page)).toBeHidden();
  const certificates = page.getByRole("region", { name: "Certificates" });
  await expect(certificates.getByRole("link", { name: "Skipped: deployed 1" })).toBeVisible();
  await page.goto(page.url().split("?")[0] ?? "");
  await expect(certificates.getByRole("table", { name: "Removals" }).getByRole("row")).toHaveCount(51);
  const left = await sql()<{ name: string }[]>`
    select name from certificates where account_id = ${accountId} order by name`;
  expect(left.map(({ name }) => name)).toEqual(["deployed.example.test", "valid.example.test"]);
});

test("a running cleanup shows how far it is, and stops within one batch", async ({ enter, accountId }) => {
  await addCopies(accountId, { name: "copy.example.test", expiresIn: -40, amount: 4_000 });
  await sql()`
    insert into cleanup_settings (account_id, enabled, retention_days, skip_synced, daily_at_minute, brake_percent,
      scheduled_from, updated_at)
    values (${accountId}, false, 30, true, 120, 100, now(), now())`;
  const trigger = `slowly_${accountId.replaceAll("-", "")}`;
  await sql().unsafe(`create function ${trigger}() returns trigger language plpgsql as
    $$ begin perform pg_sleep(0.003); return old; end $$;
    create trigger ${trigger} before delete on certificates for each row
    when (old.account_id = '${accountId}') execute function ${trigger}()`);
  try {
    const { page, person } = await enter("admin");
    await page.goto("/settings/cleanup");
    await runNow(page);
    await expect(lastRun(page).getByRole("progressbar", { name: "Removing certificates" })).toBeVisible();
    await expect(lastRun(page)).toContainText(/[\d,]+ of 4,000 certificates/);
    await page.getByRole("button", { name: "Stop" }).click();
    await expect(page.getByRole("button", { name: "Stopping…" })).toBeVisible();
    await expect(lastRun(page)).toContainText(`by ${person.email}`);
    await expect(lastRun(page)).toContainText("Stopped");
    await expect(page.getByRole("button", { name: "Run now" })).toBeVisible();

    const [run] = await sql()<{ removed: number; asked: number; status: string }[]>`
      select removed, status from cleanup_runs where account_id = ${accountId}`;
    expect(run?.status).toBe("stopped");
    const [counts] = await sql()<{ records: number; left: number }[]>`
      select (select count(*)::int from removals where account_id = ${accountId}) as records,
        (select count(*)::int from certificates where account_id = ${accountId}) as left`;
    expect(counts?.records).toBe(run?.removed);
    expect(counts?.left).toBe(4_000 - (run?.removed ?? 0));
    expect(counts?.left).toBeGreaterThan(0);
    await page.getByRole("link", { name: "Show this run" }).click();
    await expect(page.getByRole("region", { name: "Run", exact: true })).toContainText("Stopped by");
  } finally {
    await sql().unsafe(`drop trigger ${trigger} on certificates; drop function ${trigger}()`);
  }
});

test("the history keeps every run with its certificates, by what became of each", async ({ enter, accountId }) => {
  const [, deployed, synced, stuck] = await addCertificates(accountId, [
    { name: "goes.example.test", expiresIn: -40 },
    { name: "deployed.example.test", expiresIn: -40 },
    { name: "synced.example.test", expiresIn: -40 },
    { name: "stuck.example.test", expiresIn: -40 },
  ]);
  const deploymentId = await addDeployment(accountId, deployed?.id ?? "");
  await addSync(accountId, synced?.id ?? "", "Cloud one");
  const table = `signers_${accountId.replaceAll("-", "")}`;
  await sql().unsafe(`create table ${table} (account_id uuid, certificate_id uuid,
    foreign key (account_id, certificate_id) references certificates (account_id, id))`);
  try {
    await sql().unsafe(`insert into ${table} values ($1, $2)`, [accountId, stuck?.id]);
    const { page, person } = await enter("admin");
    await page.goto("/settings/cleanup");
    await runNow(page);
    await expect(lastRun(page)).toContainText("Succeeded with errors");
    await page.getByRole("link", { name: "All runs" }).click();
    const row = page.getByRole("table", { name: "Cleanup runs" }).getByRole("row").nth(1);
    await expect(row).toContainText("Succeeded with errors");
    await expect(row).toContainText(person.email);
    await row.getByRole("link").click();

    const facts = page.getByRole("region", { name: "Run", exact: true });
    await expect(facts).toContainText("30 days after expiration, synced ones skipped, held above 50 %");
    await expect(facts).toContainText("1 deployed, 1 synced");
    const certificates = page.getByRole("region", { name: "Certificates" });
    await expect(certificates.getByRole("link", { name: "goes.example.test" })).toHaveAttribute(
      "href",
      /^\/removals\//,
    );
    await certificates.getByRole("link", { name: "Failed 1" }).click();
    await expect(certificates.getByRole("row", { name: /stuck/ })).toContainText("violates foreign key constraint");
    await certificates.getByRole("link", { name: "Skipped: synced 1" }).click();
    await expect(certificates.getByRole("link", { name: "synced.example.test" })).toBeVisible();
    await certificates.getByRole("link", { name: "Skipped: deployed 1" }).click();
    await expect(certificates.getByRole("row", { name: /deployed\.example/ })).toContainText("In the inventory");

    await sql()`delete from deployments where id = ${deploymentId}`;
    const address = page.url();
    await page.goto("/settings/cleanup");
    await runNow(page);
    await expect(page.getByRole("table", { name: "Cleanup runs" }).getByRole("row")).toHaveCount(3);
    await expect(lastRun(page)).toContainText("Succeeded with errors");
    await page.goto(address);
    await expect(certificates.getByRole("row", { name: /deployed\.example/ })).toContainText("Removed since");
    await certificates.getByRole("link", { name: "deployed.example.test" }).click();
    const removal = page.getByRole("region", { name: "Removal" });
    await expect(removal).toContainText("cleanup takes what expired more than 30 days ago");
    await removal.getByRole("link").click();
    await expect(facts).toContainText("Succeeded with errors");
  } finally {
    await sql().unsafe(`drop table ${table}`);
  }
});
