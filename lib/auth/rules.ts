import { ROLES, type Role } from "@/lib/accounts/rules";

/** Each permission with the least role that has it. Viewer < member < product admin. */
export const PERMISSIONS = {
  "certificates:read": "viewer",
  "certificates:upload": "member",
  "certificates:delete": "member",
  "deployments:write": "member",
  "removals:read": "viewer",
  "cleanup:manage": "admin",
  "members:manage": "admin",
} as const satisfies Record<string, Role>;
export type Permission = keyof typeof PERMISSIONS;

export function roleMay(role: Role, permission: Permission): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(PERMISSIONS[permission]);
}

/** A session ends when it was idle this long, and in any case after the absolute limit. */
export const SESSION_IDLE_HOURS = 12;
export const SESSION_ABSOLUTE_DAYS = 7;
