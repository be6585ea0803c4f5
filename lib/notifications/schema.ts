import { z } from "zod";
import type { DeliveryStatus, NotificationEvent } from "@/lib/notifications/rules";
import { URL_LIMIT } from "@/lib/notifications/rules";

const NO_ADDRESS = "Enter an address like https://hooks.example.com/certsweep.";

/** An address as people type it; it leaves as browsers write it, without a fragment, which is never sent. */
const webhookUrl = z
  .string({ error: NO_ADDRESS })
  .trim()
  .min(1, NO_ADDRESS)
  .max(URL_LIMIT, `An address has at most ${URL_LIMIT.toLocaleString("en")} characters.`)
  .transform((typed, context) => {
    const url = URL.canParse(typed) ? new URL(typed) : null;
    const problem = url === null ? NO_ADDRESS : urlProblem(url);
    if (url === null || problem !== null) {
      context.addIssue({ code: "custom", message: problem ?? NO_ADDRESS });
      return z.NEVER;
    }
    url.hash = "";
    return url.href;
  })
  .pipe(z.string().max(URL_LIMIT, `An address has at most ${URL_LIMIT.toLocaleString("en")} characters.`));

function urlProblem(url: URL): string | null {
  if (url.protocol === "http:")
    return "Only https addresses are called: what is sent over http can be read and changed.";
  if (url.protocol !== "https:" || url.hostname === "") return NO_ADDRESS;
  if (url.username !== "" || url.password !== "") {
    return "Leave out user name and password. A receiver knows Certsweep by the signature.";
  }
  return null;
}

export const addWebhookInput = z.strictObject({ url: webhookUrl });
export const webhookInput = z.strictObject({ webhookId: z.uuid() });
export const enableWebhookInput = webhookInput.extend({ enabled: z.boolean() });
export const deliveryInput = z.strictObject({ deliveryId: z.uuid() });

const place = z.uuid().nullable().catch(null);

/** What the address of the screen says: a page of the log. What is no good is dropped. */
export const logAddress = z.object({ after: place, before: place });
export type LogAddress = z.output<typeof logAddress>;

export type WebhookView = {
  id: string;
  url: string;
  enabled: boolean;
  addedAt: Date;
  addedByLabel: string;
  last: { event: NotificationEvent; status: DeliveryStatus; at: Date } | null;
};

export type AttemptView = {
  number: number;
  at: Date;
  /** What was answered; null when nothing was. */
  httpStatus: number | null;
  /** Why it was no success; null when it was one. */
  problem: string | null;
  milliseconds: number;
};

export type DeliveryView = {
  id: string;
  webhookId: string;
  url: string;
  isWebhookEnabled: boolean;
  event: NotificationEvent;
  status: DeliveryStatus;
  runId: string | null;
  at: Date;
  attempts: number;
  /** Null unless another attempt is planned. */
  nextAttemptAt: Date | null;
  /** The latest ones, newest first. */
  log: AttemptView[];
};

/** A page of the log, newest first, and the ids to go on from; null at an end. */
export type LogPage = { rows: DeliveryView[]; newer: string | null; older: string | null };
