import { type BrowserContext, expect } from "@playwright/test";
import { z } from "zod";
import { DAY_MS } from "@/lib/certificates/rules";
import { expectAccessible } from "./axe";
import { setting, sql } from "./database";
import { addEndpointRow, keepIdentities } from "./endpoint-rows";
import { addCertificate } from "./inventory";
import { overviewOf } from "./overview-screen";
import { makePerson, signIn } from "./people";
import { type Server, startServer } from "./server";
import { succeed } from "./server-actions";
import { test } from "./test";
import { type Identity, makeIdentity, startPeer, startRawPeer } from "./tls-peer";

// A server beside the shared one and on its database, which may look at this machine itself.
let server: Server;
let old: Identity;
let renewed: Identity;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  const expired = { notBefore: new Date(Date.now() - 90 * DAY_MS), notAfter: new Date(Date.now() - 3 * DAY_MS) };
  old = await makeIdentity("old.example.test", expired);
  renewed = await makeIdentity("renewed.example.test");
  server = await startServer(setting("E2E_DATABASE_URL"), { CERTSWEEP_PROBE_NETWORKS: "public,private,loopback" });
});
test.afterAll(() => server.stop());

/** A member of the account at the server that looks. */
async function enterThere(openBrowser: () => Promise<BrowserContext>, accountId: string) {
  const { email } = await makePerson(accountId, "member");
  const context = await openBrowser();
  const cookie = await signIn(email, undefined, server.url);
  await context.addCookies([{ ...cookie, url: server.url, httpOnly: true, sameSite: "Lax" }]);
  const page = await context.newPage();
  return { page, ...overviewOf(page), uses: page.getByRole("list", { name: "What was checked" }) };
}

test("a certificate that is served blocks in the list, the dialog and the API, until its endpoint was renewed", async ({
  openBrowser,
  accountId,
}) => {
  const peer = await startPeer({ identities: { old } });
  const [id = ""] = await keepIdentities(accountId, [old, renewed]);
  await addEndpointRow(accountId, id, { port: peer.port, state: "moved_on" });
  const { page, row, remove, dialog, uses } = await enterThere(openBrowser, accountId);
  const confirm = dialog.getByRole("button", { name: "Delete" });
  try {
    // It was seen to have moved on seven hours ago; now it serves the certificate again.
    await page.goto(server.url);
    await expect(row("old.example.test")).toContainText("1 moved on");
    await remove("old.example.test").click();
    await expect(uses).toContainText(`Shop 127.0.0.1:${peer.port} serves this certificate checked just now`);
    await expect(uses).toContainText("In the way:");
    await expect(dialog.getByRole("status")).toHaveText("Checked: something is in the way.");
    await expect(confirm).toHaveAttribute("aria-disabled", "true");
    await expect(confirm).toHaveAccessibleDescription(`In use by Shop 127.0.0.1:${peer.port}.`);
    await confirm.click({ force: true });
    await expect(dialog).toBeVisible();
    await expectAccessible(page, "the dialog of a certificate that is served");
    await dialog.getByRole("button", { name: "Cancel" }).click();

    await page.reload();
    await expect(row("old.example.test")).toContainText("1 serving");
    await expect(remove("old.example.test")).toHaveAttribute("aria-disabled", "true");
    const { token } = z
      .object({ token: z.string() })
      .parse(
        await succeed(
          "lib/tokens/actions.ts#createApiToken",
          { name: "by program", role: "member", days: 1, ranges: [] },
          await signIn((await makePerson(accountId, "admin")).email),
        ),
      );
    const deletion = () =>
      fetch(`${server.url}/api/v1/certificates/${id}`, {
        method: "DELETE",
        headers: { authorization: `Bearer ${token}` },
      });
    const refused = await deletion();
    expect([refused.status, await refused.json()]).toMatchObject([409, { blockers: [{ blocker: "deployed" }] }]);

    peer.show({ renewed });
    await page.goto(`${server.url}/certificates/${id}`);
    await page.getByRole("button", { name: "Check now" }).click();
    await page.getByRole("button", { name: "Delete old.example.test" }).click();
    await expect(uses).toContainText(`Shop 127.0.0.1:${peer.port} serves another certificate: renewed.example.test`);
    await expect(uses).toContainText("Not deployed anywhere else");
    await expect(uses).not.toContainText("In the way:");
    await expect(dialog.getByRole("status")).toHaveText("Checked: nothing is in the way.");
    await expectAccessible(page, "the dialog of a certificate whose endpoint moved on");
    await confirm.click();
    await expect(page.getByRole("region", { name: "Notifications" })).toContainText("old.example.test was deleted.");
    await page.getByRole("link", { name: "Removal record" }).click();
    const removal = page.getByRole("region", { name: "Removal" });
    await expect(removal).toContainText("Endpoints that had moved on");
    await expect(removal).toContainText(`Shop 127.0.0.1:${peer.port} served renewed.example.test`);
    await expectAccessible(page, "the record with an endpoint that had moved on");
    await removal.getByRole("link", { name: "renewed.example.test" }).click();
    await expect(page.getByRole("region", { name: "In use" })).toContainText("Serving");
  } finally {
    await peer.stop();
  }
});

test("an endpoint that has fallen silent is seen being checked, and keeps the certificate", async ({
  openBrowser,
  accountId,
}) => {
  const silent = await startRawPeer(() => undefined);
  const [id = ""] = await keepIdentities(accountId, [old]);
  await addEndpointRow(accountId, id, { port: silent.port, state: "moved_on" });
  const { page, remove, dialog, uses, row } = await enterThere(openBrowser, accountId);
  const confirm = dialog.getByRole("button", { name: "Delete" });
  try {
    await page.goto(server.url);
    await remove("old.example.test").click();
    await expect(dialog.getByRole("status")).toHaveText(`Checking Shop 127.0.0.1:${silent.port}…`);
    await expect(uses).toContainText(`Checking Shop 127.0.0.1:${silent.port}…`);
    await expect(confirm).toHaveAttribute("aria-disabled", "true");
    await expect(confirm).toHaveAccessibleDescription("Wait until what uses it has been checked.");
    await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
    await expect(uses).toContainText(`Shop 127.0.0.1:${silent.port} could not be reached.`);
    await expect(uses).toContainText("Until it answers, the certificate stays.");
    await expect(confirm).toHaveAccessibleDescription(`In use by Shop 127.0.0.1:${silent.port}.`);
    await expectAccessible(page, "the dialog of an endpoint that is silent");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.reload();
    await expect(row("old.example.test")).toContainText("1 unreachable");
    expect(await sql()`select from certificates where id = ${id}`).toHaveLength(1);
  } finally {
    await silent.stop();
  }
});

test("when the check cannot be asked for, the dialog says so and the server decides", async ({
  openBrowser,
  accountId,
  consoles,
}) => {
  consoles.expect(/ERR_FAILED/);
  const peer = await startPeer({ identities: { renewed } });
  const [id = ""] = await keepIdentities(accountId, [old]);
  await addEndpointRow(accountId, id, { port: peer.port, state: "moved_on" });
  const { page, remove, dialog } = await enterThere(openBrowser, accountId);
  try {
    await page.goto(server.url);
    await page.route(`${server.url}/`, (route) =>
      route.request().method() === "POST" ? route.abort() : route.continue(),
    );
    await remove("old.example.test").click();
    await expect(dialog.getByText("What uses it could not be checked.")).toBeVisible();
    await expectAccessible(page, "the dialog without an answer");
    await page.unroute(`${server.url}/`);
    await dialog.getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("region", { name: "Notifications" })).toContainText("old.example.test was deleted.");
    expect(await sql()`select from removal_records where id = ${id} and moved_on is not null`).toHaveLength(1);
  } finally {
    await peer.stop();
  }
});

test("of a certificate that nothing uses nothing is asked before it goes", async ({ enter, accountId }) => {
  await addCertificate(accountId, { name: "plain.example.test", expiresIn: -3 });
  const { page } = await enter("member");
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/uses")) asked.push(request.url());
  });
  await page.goto("/");
  const { remove, dialog } = overviewOf(page);
  await remove("plain.example.test").click();
  await expect(dialog.getByRole("list", { name: "What was checked" })).toContainText("Not deployed anywhere");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog).toBeHidden();
  expect(asked).toEqual([]);
});
