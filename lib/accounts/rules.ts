export const ROLES = ["viewer", "member", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_LABELS: Record<Role, string> = { viewer: "Viewer", member: "Member", admin: "Product admin" };

/** How long an invitation and a setup link may be used, in hours. */
export const INVITATION_HOURS = 72;

export const EMAIL_LIMIT = 254;
