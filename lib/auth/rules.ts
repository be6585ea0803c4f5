import { ROLES, type Role } from "@/lib/accounts/rules";

/** Each permission with the least role that has it. Viewer < member < product admin. */
export const PERMISSIONS = {
  "certificates:read": "viewer",
  "certificates:upload": "member",
  "certificates:delete": "member",
  "certificates:issue": "member",
  "certificates:revoke": "member",
  "deployments:write": "member",
  "syncs:write": "member",
  "destinations:manage": "admin",
  "issuers:manage": "admin",
  "removals:read": "viewer",
  "cleanup:manage": "admin",
  "members:manage": "admin",
  "notifications:manage": "admin",
  "discovery:manage": "admin",
  "tokens:own": "viewer",
  "tokens:manage": "admin",
} as const satisfies Record<string, Role>;
export type Permission = keyof typeof PERMISSIONS;

export function roleMay(role: Role, permission: Permission): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(PERMISSIONS[permission]);
}

/** The one of two roles that may less. */
export function lesserRole(one: Role, other: Role): Role {
  return ROLES.indexOf(one) < ROLES.indexOf(other) ? one : other;
}

/** A session ends when it was idle this long, and in any case after the absolute limit. */
export const SESSION_IDLE_HOURS = 12;
export const SESSION_ABSOLUTE_DAYS = 7;

export const PASSWORD_MIN_CHARACTERS = 12;
/** Long enough for any passphrase, short enough that hashing cannot be made expensive. */
export const PASSWORD_MAX_BYTES = 1_000;

/**
 * Failed sign-ins are counted per network address, per person at one address, and per person from anywhere. Many people
 * can share an address; and whoever guesses at a person from elsewhere must not keep the person out.
 */
export const THROTTLE_KINDS = ["address", "visitor", "account"] as const;
export type ThrottleKind = (typeof THROTTLE_KINDS)[number];
/** The failure from which on the next attempt has to wait. */
export const FIRST_SLOW_FAILURE: Record<ThrottleKind, number> = { address: 20, visitor: 5, account: 25 };
/** Seconds. That of an account is short, since strangers at many addresses can bring it about for somebody. */
export const WAIT_MAX_SECONDS: Record<ThrottleKind, number> = { address: 900, visitor: 900, account: 30 };
/** Failures are forgotten when none was added for this long. */
export const FAILURES_FORGOTTEN_HOURS = 24;

/** The wait after the nth failure in a row, in seconds: 0 at first, then 2, 4, 8 and so on up to the kind's longest. */
export function waitSecondsAfter(kind: ThrottleKind, failures: number): number {
  const slow = failures - FIRST_SLOW_FAILURE[kind] + 1;
  return slow < 1 ? 0 : Math.min(2 ** slow, WAIT_MAX_SECONDS[kind]);
}

/** Why a sign-in did not happen. Travels through next-auth as text, so each is one word, and "wait:SECONDS". */
export const SIGN_IN_FAILURES = [
  "wrong",
  "disabled",
  "wait",
  "unavailable",
  "sso_failed",
  "sso_unverified",
  "sso_unknown",
  "sso_not_set_up",
] as const;
export type SignInFailure = (typeof SIGN_IN_FAILURES)[number];

const SENTENCES: Record<Exclude<SignInFailure, "wait">, string> = {
  wrong: "The e-mail address or the password is not right. Check both and try again.",
  disabled: "Your access is disabled. Ask a product admin to enable it.",
  unavailable: "Certsweep cannot check your sign-in right now. Try again in a moment.",
  sso_failed: "Single sign-on did not work out. Try again; if it fails again, ask a product admin.",
  sso_unverified: "Your identity provider has not verified your e-mail address. Verify it there, then sign in again.",
  sso_unknown: "Nobody with your e-mail address is a member here. Ask a product admin to invite you.",
  sso_not_set_up:
    "Certsweep is not set up yet. Make the first product admin with the setup link from the server's output.",
};

/** The sentence for a failed sign-in, from the code that next-auth hands on; null when there was none. */
export function signInSentence(code: string | null | undefined): string | null {
  if (code === null || code === undefined || code === "") return null;
  const wait = /^wait:(\d{1,4})$/.exec(code);
  if (wait !== null) return waitSentence(Number(wait[1]));
  const known = SIGN_IN_FAILURES.find((failure) => failure === code);
  if (known !== undefined && known !== "wait") return SENTENCES[known];
  if (code === "CredentialsSignin") return SENTENCES.wrong;
  return SENTENCES.sso_failed;
}

/** What someone is told who has to wait before the next attempt. */
export function waitSentence(seconds: number): string {
  const time = seconds === 1 ? "1 second" : `${seconds} seconds`;
  return `There were too many failed attempts. Try again in ${time}.`;
}

/** The page to go to after sign-in: a path of our own, else the Overview. */
export function returnPath(from: string | null | undefined): string {
  if (from === null || from === undefined || !/^\/(?![/\\])/.test(from) || /[\p{Cc}\\]/u.test(from)) return "/";
  const base = "http://console.invalid";
  if (!URL.canParse(from, base)) return "/";
  const url = new URL(from, base);
  if (url.origin !== base || /^\/(sign-in|setup|invite|api)(\/|$)/.test(url.pathname)) return "/";
  return `${url.pathname}${url.search}`;
}
