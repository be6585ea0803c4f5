import { newId } from "@/lib/ids";
import { addCertificate } from "./inventory";
import type { ActionRow } from "./permission-table";
import { issueNew, makePending } from "./revocable";

/** The rows of revocations and renewals. */
export const REVOCATION_ACTIONS: Record<string, ActionRow> = {
  "lib/revocation/actions.ts#revokeCertificate": {
    may: "member",
    names: "things",
    input: async ({ admin }) => ({ certificateId: await issueNew(admin), reason: "superseded" }),
    unknown: () => ({ certificateId: newId(), reason: "superseded" }),
  },
  "lib/orders/actions.ts#renewCertificateAction": {
    may: "member",
    names: "things",
    input: async ({ admin }) => ({ certificateId: await issueNew(admin) }),
    unknown: () => ({ certificateId: newId() }),
  },
  "lib/revocation/actions.ts#retryRevocationAction": {
    may: "member",
    names: "things",
    // Its CA cannot be asked, and that it was tried is noted.
    input: async ({ accountId, admin }) => {
      const certificateId = await issueNew(admin);
      await makePending(accountId, certificateId, "The CA refused.");
      return { certificateId };
    },
    unknown: () => ({ certificateId: newId() }),
  },
  "lib/revocation/actions.ts#checkRevocationAction": {
    may: "member",
    names: "things",
    // It names no address of its CA, so the check is over at once.
    input: async ({ accountId }) => {
      const { id } = await addCertificate(accountId, { name: `asked-${newId()}.example.test`, expiresIn: 90 });
      return { certificateId: id };
    },
    unknown: () => ({ certificateId: newId() }),
  },
};
