import { KeyObject } from "node:crypto";
import { newId } from "@/lib/ids";
import { addAcmeIssuer, addOrder, addPrivateCa, newPrivateCa } from "./issuing";
import type { ActionRow } from "./permission-table";
import { makeAuthority } from "./tls-peer";
import type { World } from "./world";

/** The rows of issuers and orders. */
export const ISSUING_ACTIONS: Record<string, ActionRow> = {
  "lib/issuers/actions.ts#addAcmeIssuerAction": {
    may: "admin",
    names: "nothing",
    // The server of these tests contacts nothing on its own machine, and only what an ACME server agreed to is kept.
    isRefused: true,
    input: async () => ({
      ...{ name: `ACME ${newId()}`, directoryUrl: "https://127.0.0.1:9/directory", contact: "", eabKeyId: "" },
      ...{ eabHmacKey: "", caBundle: "", challenge: "http-01", renewAutomatically: true },
    }),
  },
  "lib/issuers/actions.ts#addPrivateIssuerAction": {
    may: "admin",
    names: "nothing",
    input: async () => newPrivateCa(),
  },
  "lib/issuers/actions.ts#importPrivateIssuerAction": {
    may: "admin",
    names: "nothing",
    input: async () => {
      const { pem, privateKey } = await makeAuthority(`Imported ${newId().slice(-8)}`);
      const key = KeyObject.from(privateKey).export({ type: "pkcs8", format: "pem" }).toString();
      const named = { name: `CA ${newId()}`, maxDays: "30", renewAutomatically: false };
      return { ...named, certificates: pem, privateKey: key, password: "" };
    },
  },
  "lib/issuers/actions.ts#changeIssuerAction": {
    may: "admin",
    names: "things",
    input: async (world) => changeOf(await addPrivateCa(world.admin)),
    unknown: () => changeOf(newId()),
  },
  "lib/issuers/actions.ts#retireIssuerAction": {
    may: "admin",
    names: "things",
    input: async ({ accountId }) => ({
      issuerId: await addAcmeIssuer(accountId, { name: `ACME ${newId()}` }),
      isRetired: true,
    }),
    unknown: () => ({ issuerId: newId(), isRetired: true }),
  },
  "lib/orders/actions.ts#issueCertificateAction": {
    may: "member",
    names: "things",
    input: async (world) => orderOf(await addPrivateCa(world.admin)),
    unknown: () => orderOf(newId()),
  },
  "lib/orders/actions.ts#checkDnsAction": ofOrder("waiting_for_dns"),
  "lib/orders/actions.ts#cancelOrderAction": ofOrder("queued"),
  "lib/orders/actions.ts#retryOrderAction": ofOrder("failed"),
};

function ofOrder(state: "waiting_for_dns" | "queued" | "failed"): ActionRow {
  const input = async ({ accountId }: World) => {
    const issuerId = await addAcmeIssuer(accountId, { name: `ACME ${newId()}` });
    return { orderId: await addOrder(accountId, { issuerId, state }) };
  };
  return { may: "member", names: "things", input, unknown: () => ({ orderId: newId() }) };
}

function changeOf(issuerId: string) {
  return { issuerId, name: `Changed ${newId()}`, contact: "", renewAutomatically: true };
}

function orderOf(issuerId: string) {
  return { issuerId, names: "www.example.test", key: "ec_p256", csr: "", days: "30", challenge: null };
}
