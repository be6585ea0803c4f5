import { z } from "zod";
import { CHALLENGES, type Challenge, KEY_ALGORITHMS, type KeyAlgorithm } from "@/lib/issuers/rules";
import { DAYS_MAX, namesText } from "@/lib/issuers/schema";
import { NAMES_MAX, ORDER_SHOWINGS, type OrderKind, type OrderState } from "@/lib/orders/rules";

/** Characters of a pasted request: one with a hundred names and an RSA key is a tenth of it. */
const CSR_LIMIT = 65_536;

const issuerId = z.uuid("Choose an issuer.");
const days = z.int().min(1).max(DAYS_MAX).nullable();
const names = z.array(z.string().trim().min(1).max(500)).max(NAMES_MAX, `A certificate can have ${NAMES_MAX} names.`);

/** What an order says, for programs. Either a key is made here, or a request brings its own. */
export const newOrder = z.strictObject({
  issuerId,
  names,
  keyAlgorithm: z.enum(KEY_ALGORITHMS).nullable(),
  csr: z.string().trim().min(1).max(CSR_LIMIT).nullable(),
  days,
  challenge: z.enum(CHALLENGES).nullable(),
});
export type NewOrder = z.output<typeof newOrder>;

/** The same as people type it. */
export const typedOrder = z
  .strictObject({
    issuerId,
    names: namesText.refine((typed) => typed.length <= NAMES_MAX, `A certificate can have ${NAMES_MAX} names at most.`),
    key: z.enum([...KEY_ALGORITHMS, "csr"], "Choose a key."),
    csr: z.string().trim().max(CSR_LIMIT, "It is too long."),
    /** "" where the CA decides. */
    days: z
      .string()
      .trim()
      .regex(/^\d{0,5}$/, "Enter a whole number of days."),
    challenge: z.enum(CHALLENGES).nullable(),
  })
  .superRefine(({ key, csr, names: typed }, context) => {
    if (key === "csr" && csr === "") context.addIssue({ code: "custom", path: ["csr"], message: "Paste the CSR." });
    if (key !== "csr" && typed.length === 0)
      context.addIssue({ code: "custom", path: ["names"], message: "Enter at least one name." });
  })
  .transform(({ key, csr, days: typedDays, ...rest }) => ({
    ...rest,
    keyAlgorithm: key === "csr" ? null : key,
    csr: key === "csr" ? csr : null,
    days: typedDays === "" ? null : Number(typedDays),
  }));

export const renewal = z.strictObject({ certificateId: z.uuid("This is not the id of a certificate.") });

export const knownOrder = z.strictObject({ orderId: z.uuid("This is not the id of an order.") });

/** Which orders a list shows, as an address says; what is no good is dropped. */
export const orderShowing = z.enum(ORDER_SHOWINGS).catch("all");

/** What happened with an order, for people; `at` in ISO 8601. */
export type OrderStep = { at: string; text: string };

/** A name of an order as the ACME server sees it. For dns-01 with the record to set. */
export type Authorization = {
  name: string;
  status: "pending" | "valid" | "invalid";
  url: string;
  txtName: string | null;
  txtValue: string | null;
  problem: string | null;
};

export type OrderRow = {
  id: string;
  kind: OrderKind;
  names: string[];
  state: OrderState;
  issuer: { id: string; name: string };
  requestedAt: Date;
  requestedByLabel: string;
  endedAt: Date | null;
  certificateId: string | null;
};

export type OrderView = OrderRow & {
  replacesId: string | null;
  /** Null with a CSR that somebody brought: its key is elsewhere. */
  keyAlgorithm: KeyAlgorithm | null;
  days: number | null;
  challenge: Challenge | null;
  steps: readonly OrderStep[];
  authorizations: readonly Authorization[];
  problem: string | null;
  attempts: number;
  nextAttemptAt: Date | null;
  /** Somebody is at it at this moment. */
  isBusy: boolean;
};

/** How a certificate was issued here. */
export type IssuanceView = {
  issuer: { id: string; name: string; isRetired: boolean; renewAutomatically: boolean };
  orderId: string | null;
  /** When it is due, where its issuer renews by itself. */
  renewAt: Date | null;
  /** It took its place. */
  renewedById: string | null;
  /** It took the place of that. */
  renewsId: string | null;
  /** Why it is not renewed by itself, or was not the last time. */
  renewalProblem: string | null;
};
