export const STATUSES = ["valid", "expiring", "expired", "revoked", "not_yet_valid"];

const COLOURS = { valid: "green", expiring: "yellow", expired: "red", revoked: "magenta", not_yet_valid: "cyan" };

/** @param {string} status @returns {any} for styleText */
export function colourOf(status) {
  return COLOURS[status.trimEnd()] ?? "reset";
}

/** @param {string} moment ISO 8601, UTC @returns {string} the day */
export function dayOf(moment) {
  return moment.replace(/T.*$/, "");
}

/** @param {string | null} moment ISO 8601, UTC @returns {string} to the second */
export function momentOf(moment) {
  return moment === null ? "" : moment.replace(/\.\d+Z$/, "Z");
}

/** @param {{ blockers: { blocker: string, sentence: string }[] }} certificate */
export function reasonsOf({ blockers }) {
  return blockers.map(({ sentence }) => sentence).join(" ");
}
