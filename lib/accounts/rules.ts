export const ROLES = ["viewer", "member", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_LABELS: Record<Role, string> = { viewer: "Viewer", member: "Member", admin: "Product admin" };

/** How long an invitation and a setup link may be used, in hours. */
export const INVITATION_HOURS = 72;

export const EMAIL_LIMIT = 254;

/** The name of the one account that a first run makes. */
export const DEFAULT_ACCOUNT_NAME = "Default account";

/** The rule that the database keeps, for people (see memberships_keep_an_admin in the migrations). */
export const LAST_ADMIN_SENTENCE = "An account keeps at least one product admin.";
