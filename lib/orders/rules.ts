/** Why a certificate is ordered: as a new one, or in the place of one that is there. */
export const ORDER_KINDS = ["issue", "renew"] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

export const ORDER_STATES = [
  "queued",
  "waiting_for_dns",
  "validating",
  "finalizing",
  "issued",
  "failed",
  "canceled",
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export const ORDER_STATE_LABELS: Record<OrderState, string> = {
  queued: "Queued",
  waiting_for_dns: "Waiting for DNS",
  validating: "Validating",
  finalizing: "Finalizing",
  issued: "Issued",
  failed: "Failed",
  canceled: "Canceled",
};

/** States in which nothing more happens by itself. */
export const ENDED_STATES = ["issued", "failed", "canceled"] as const satisfies OrderState[];

/** How many names a certificate may have: as many as Let's Encrypt allows. */
export const NAMES_MAX = 100;

/** Which orders a list shows; canceled ones stand with those that failed. */
export const ORDER_SHOWINGS = ["all", "open", "issued", "failed"] as const;
export type OrderShowing = (typeof ORDER_SHOWINGS)[number];
