import { newId } from "@/lib/ids";
import { database } from "./client";
import { issuers } from "./schema/issuers";
import { issuances, orders } from "./schema/orders";
import { TEST_NOW } from "./test-rows";

/** An ACME issuer whose server there is not: its account cannot be opened. */
export async function insertIssuer(
  accountId: string,
  overrides: Partial<typeof issuers.$inferInsert> = {},
): Promise<string> {
  const id = newId();
  await database()
    .insert(issuers)
    .values({
      ...{ accountId, id, name: `Issuer ${id.slice(-8)}`, kind: "acme", addedAt: TEST_NOW },
      ...{ addedByLabel: "somebody@example.test", renewAutomatically: true, challenge: "http-01" },
      ...{ directoryUrl: "https://acme.example.test/directory", accountUrl: "https://acme.example.test/account/1" },
      ...{ accountBox: "none", accountKeyId: "none", ...overrides },
    });
  return id;
}

/** An order that waits for a record, unless told otherwise; no server goes on with it by itself. */
export async function insertOrder(
  accountId: string,
  issuerId: string,
  overrides: Partial<typeof orders.$inferInsert> = {},
): Promise<string> {
  const id = newId();
  await database()
    .insert(orders)
    .values({
      ...{ accountId, id, issuerId, kind: "issue", names: ["www.example.test"], keyAlgorithm: "ec_p256" },
      ...{
        state: "waiting_for_dns",
        challenge: "dns-01",
        requestedAt: TEST_NOW,
        requestedByLabel: "somebody@example.test",
      },
      ...{ steps: [{ at: TEST_NOW.toISOString(), text: "Ordered." }], ...overrides },
    });
  return id;
}

/** That a certificate was issued by an issuer. */
export async function insertIssuance(
  accountId: string,
  { issuerId, certificateId }: { issuerId: string; certificateId: string },
  overrides: Partial<typeof issuances.$inferInsert> = {},
): Promise<void> {
  await database()
    .insert(issuances)
    .values({
      ...{ accountId, certificateId, issuerId, serialHex: "0a", fingerprint: "ab" },
      ...{ notBefore: TEST_NOW, notAfter: TEST_NOW, ...overrides },
    });
}
