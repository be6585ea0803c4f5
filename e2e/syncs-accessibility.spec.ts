import { expect } from "@playwright/test";
import { expectAccessible } from "./axe";
import { addCopy, addDestination } from "./destinations";
import { addCertificate } from "./inventory";
import { test } from "./test";

// A trace takes a picture of the page around each of axe's many steps.
test.use({ trace: "off" });
test.describe.configure({ mode: "parallel" });

for (const width of [1280, 375]) {
  test(`the screens of destinations and syncs are accessible at ${width} pixels`, async ({ enter, accountId }) => {
    test.slow();
    const { page } = await enter("admin", { viewport: { width, height: 800 }, reducedMotion: "reduce" });
    await page.goto("/settings/destinations");
    await expectAccessible(page, "destinations, empty");
    await page.getByRole("button", { name: "Add destination" }).click();
    await expectAccessible(page, "add destination");
    await page.getByRole("dialog").getByLabel("Kind").selectOption("Kubernetes TLS secrets");
    await page.getByRole("dialog").getByRole("button", { name: "Add destination" }).click();
    await expect(page.getByLabel("Namespace")).toHaveAttribute("aria-invalid", "true");
    await expectAccessible(page, "add destination, refused");
    const { id: certificateId } = await addCertificate(accountId, { name: "seen.example.test" });
    const places = await Promise.all(["Edge", "Cloud", "Old"].map((name) => addDestination(accountId, { name })));
    const [edge = "", cloud = ""] = places;
    await addCopy(accountId, { certificateId, destinationId: edge });
    await addCopy(
      accountId,
      { certificateId, destinationId: cloud },
      { state: "failed", error: "Nothing listens there." },
    );
    await page.goto("/settings/destinations");
    await expectAccessible(page, "destinations");
    await page.getByRole("button", { name: "Delete Edge" }).focus();
    await expectAccessible(page, "destination that cannot be deleted");
    await page.getByRole("button", { name: "Test Old" }).click();
    await expect(page.getByRole("dialog", { name: "Test" })).toBeVisible();
    await expectAccessible(page, "test of a destination");
    await page.goto(`/settings/destinations/${cloud}`);
    await expectAccessible(page, "one destination");
    await page.goto(`/certificates/${certificateId}`);
    await expectAccessible(page, "certificate with syncs");
    await page.getByRole("button", { name: "Add sync" }).click();
    await expectAccessible(page, "add sync");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Remove sync to Cloud" }).click();
    await expectAccessible(page, "remove sync");
  });
}
