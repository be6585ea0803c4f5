import { expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertIssuance, insertIssuer, insertOrder } from "@/drizzle/test-issuing";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { PAGE_SIZE } from "@/lib/certificates/rules";
import { newId } from "@/lib/ids";
import { pageOrders, readIssuance, readOrder } from "@/lib/orders/queries";
import type { OrderShowing } from "@/lib/orders/rules";
import { typedOrder } from "@/lib/orders/schema";

useTestDatabase();

const START = { after: null, before: null };

test("orders are met newest first, each once on the way there and back", async () => {
  const member = await insertPerson();
  const issuerId = await insertIssuer(member.accountId, { name: "Example" });
  const ids: string[] = [];
  for (let count = 0; count < PAGE_SIZE + 3; count += 1) ids.unshift(await insertOrder(member.accountId, issuerId));
  const first = await pageOrders(member, { show: "all" }, START);
  const second = await pageOrders(member, { show: "all" }, { after: first.next, before: null });
  expect([...first.rows, ...second.rows].map(({ id }) => id)).toEqual(ids);
  expect([first.previous, second.next]).toEqual([null, null]);
  expect(await pageOrders(member, { show: "all" }, { after: null, before: second.previous })).toMatchObject({
    rows: first.rows,
  });
  expect(first.rows[0]).toMatchObject({ names: ["www.example.test"], issuer: { id: issuerId, name: "Example" } });
});

test("orders are shown by how they stand and by whom they are of", async () => {
  const { accountId, ...rest } = await insertPerson();
  const scope = { accountId, ...rest };
  const issuerId = await insertIssuer(accountId);
  const other = await insertIssuer(accountId);
  const ended = { endedAt: TEST_NOW };
  const open = await insertOrder(accountId, issuerId);
  const issued = await insertOrder(accountId, issuerId, { state: "issued", certificateId: newId(), ...ended });
  const failed = await insertOrder(accountId, other, { state: "failed", problem: "It was refused.", ...ended });
  const canceled = await insertOrder(accountId, issuerId, { state: "canceled", ...ended });
  const shown = async (show: OrderShowing, of?: string) =>
    (await pageOrders(scope, { show, issuerId: of }, START)).rows.map(({ id }) => id);
  expect(await shown("all")).toEqual([canceled, failed, issued, open]);
  expect(await shown("open")).toEqual([open]);
  expect(await shown("issued")).toEqual([issued]);
  expect(await shown("failed")).toEqual([canceled, failed]);
  expect(await shown("all", other)).toEqual([failed]);
});

test("an order and an issuance are shown to their own account only", async () => {
  const member = await insertPerson();
  const stranger = await insertPerson();
  const issuerId = await insertIssuer(member.accountId, { name: "Example" });
  const replacesId = newId();
  const later = new Date(TEST_NOW.getTime() + 1);
  const orderId = await insertOrder(member.accountId, issuerId, { kind: "renew", replacesId, leaseUntil: later });
  const certificateId = newId();
  await insertIssuance(member.accountId, { issuerId, certificateId }, { orderId, renewAt: later });
  expect(await readOrder(member, orderId, TEST_NOW)).toMatchObject({ replacesId, isBusy: true, authorizations: [] });
  expect(await readOrder(member, orderId, later)).toMatchObject({ isBusy: false });
  expect(await readIssuance(member, certificateId)).toEqual({
    issuer: { id: issuerId, name: "Example", isRetired: false, renewAutomatically: true },
    ...{ orderId, renewAt: later, renewedById: null, renewsId: replacesId, renewalProblem: null },
  });
  expect(await readIssuance(member, newId())).toBeNull();
  expect(await readOrder(stranger, orderId, TEST_NOW)).toBeNull();
  expect(await readIssuance(stranger, certificateId)).toBeNull();
  expect((await pageOrders(stranger, { show: "all" }, START)).rows).toEqual([]);
});

const ORDER = {
  issuerId: newId(),
  names: "a.example\nb.example, a.example",
  key: "ec_p256",
  csr: "",
  days: "30",
} as const;

test("what is typed becomes an order: for names with a key made here, or for a CSR", () => {
  expect(typedOrder.parse({ ...ORDER, challenge: null })).toEqual({
    ...{ issuerId: ORDER.issuerId, names: ["a.example", "b.example"], keyAlgorithm: "ec_p256", csr: null, days: 30 },
    challenge: null,
  });
  expect(typedOrder.parse({ ...ORDER, names: "", key: "csr", csr: " PEM ", days: "", challenge: "dns-01" })).toEqual({
    ...{ issuerId: ORDER.issuerId, names: [], keyAlgorithm: null, csr: "PEM", days: null, challenge: "dns-01" },
  });
});

test.each([
  ["names", { names: " " }],
  ["csr", { key: "csr", names: "" }],
  ["days", { days: "many" }],
  ["days", { days: "-1" }],
  ["issuerId", { issuerId: "x" }],
] as const)("a wrong %s is told at its field", (field, wrong) => {
  const { error } = typedOrder.safeParse({ ...ORDER, challenge: null, ...wrong });
  expect(error?.issues.map(({ path }) => path.join("."))).toEqual([field]);
});
