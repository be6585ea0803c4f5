import type { Page } from "@playwright/test";
import { z } from "zod";
import { newId } from "@/lib/ids";
import { sql } from "./database";
import { addAcmeIssuer, addPrivateCa } from "./issuing";
import type { Cookie } from "./people";
import { succeed } from "./server-actions";

const placed = z.object({ certificateId: z.uuid() });

/** A certificate that a private CA of this product admin's account issues, a new CA unless it is given. */
export async function issueNew(
  admin: Cookie,
  { name = "shop.example.test", issuerId }: { name?: string; issuerId?: string } = {},
): Promise<string> {
  const order = {
    issuerId: issuerId ?? (await addPrivateCa(admin)),
    ...{ names: name, key: "ec_p256", csr: "", days: "60", challenge: null },
  };
  return placed.parse(await succeed("lib/orders/actions.ts#issueCertificateAction", order, admin)).certificateId;
}

/** Its revocation is under way: its CA was asked and has not confirmed it. */
export async function makePending(accountId: string, id: string, error: string): Promise<void> {
  const issuerId = await addAcmeIssuer(accountId, { name: `ACME ${newId()}` });
  await sql()`update issuances set issuer_id = ${issuerId}, authority_id = null where certificate_id = ${id}`;
  await sql()`
    insert into pending_revocations (account_id, certificate_id, issuer_id, reason, asked_at, asked_by_label, attempts, error)
    values (${accountId}, ${id}, ${issuerId}, 'superseded', now() - interval '2 hours', 'somebody@example.test', 3, ${error})`;
}

/** The parts of the menu of a row and the dialogs behind it, by role and name. */
export function actionsOf(page: Page) {
  const dialog = page.getByRole("alertdialog", { name: "Revoke certificate" });
  return {
    button: (name: string) => page.getByRole("button", { name: `Actions for ${name}`, exact: true }),
    menu: (name: string) => page.getByRole("menu", { name: `Actions for ${name}`, exact: true }),
    item: (label: string | RegExp) => page.getByRole("menuitem", { name: label }),
    dialog,
    reason: dialog.getByRole("combobox", { name: "Reason" }),
    typed: dialog.getByRole("textbox", { name: /^Type .* to confirm$/ }),
    confirm: dialog.getByRole("button", { name: "Revoke" }),
    cancel: dialog.getByRole("button", { name: "Cancel" }),
    notifications: page.getByRole("region", { name: "Notifications" }),
  };
}
