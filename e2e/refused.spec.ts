import { expect } from "@playwright/test";
import { addCertificate } from "./inventory";
import { makePerson } from "./people";
import { test } from "./test";

for (const role of ["viewer", "member"] as const) {
  test(`a ${role} is told who can open the settings, with HTTP 403 and no form`, async ({
    enter,
    accountId,
    consoles,
  }) => {
    consoles.expect(/403/);
    const admin = await makePerson(accountId, "admin", "boss");
    const { page } = await enter(role);
    for (const address of ["/settings/cleanup", "/settings/members"]) {
      const answer = await page.goto(address);
      expect(answer?.status(), address).toBe(403);
      const main = page.getByRole("main");
      await expect(main).toContainText("Only product admins can see and change these settings");
      await expect(main).toContainText(admin.email);
      for (const control of ["textbox", "spinbutton", "switch", "combobox", "button"] as const) {
        await expect(main.getByRole(control)).toHaveCount(0);
      }
    }
    await page.goto("/");
    await expect(page.getByRole("link", { name: "Certificate Cleanup" })).toHaveCount(0);
    await expect(page.getByRole("link", { name: "Members" })).toHaveCount(0);
  });
}

test("a viewer sees everything, and is told why nothing can be changed", async ({ enter, accountId, consoles }) => {
  consoles.expect(/403/);
  const { id } = await addCertificate(accountId, { name: "seen.example.test", expiresIn: -40 });
  const { page } = await enter("viewer");
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Upload certificates" })).toHaveCount(0);
  const remove = page.getByRole("button", { name: "Delete seen.example.test" });
  await expect(remove).toHaveAttribute("aria-disabled", "true");
  await expect(remove).toHaveAccessibleDescription(/role|member|product admin/i);
  await remove.click({ force: true });
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await page.goto(`/certificates/${id}`);
  await expect(page.getByRole("button", { name: "Add deployment" })).toHaveCount(0);
  const answer = await page.goto("/certificates/upload");
  expect(answer?.status()).toBe(403);
  await expect(page.getByRole("main")).toContainText("Members and product admins can open this page");
  await expect(page.getByRole("button", { name: "Upload" })).toHaveCount(0);
});
