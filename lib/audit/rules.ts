/** Changes that leave an audit event. Removals are not among them: they have records of their own. */
export const AUDIT_ACTIONS = [
  "account.created",
  "member.joined",
  "member.role_changed",
  "member.disabled",
  "member.enabled",
  "member.signed_out",
  "invitation.created",
  "invitation.revoked",
  "deployment.added",
  "deployment.removed",
  "private_key.added",
  "destination.added",
  "destination.changed",
  "destination.tested",
  "destination.deleted",
  "sync.added",
  "sync.push_requested",
  "sync.removal_requested",
  "sync.drifted",
  "sync.removed",
  "sync.left",
  "cleanup.settings_changed",
  "cleanup.run_requested",
  "cleanup.stop_requested",
  "cleanup.run_approved",
  "webhook.added",
  "webhook.enabled",
  "webhook.disabled",
  "webhook.secret_renewed",
  "webhook.deleted",
  "webhook.tested",
  "webhook.sent_again",
  "token.created",
  "token.revoked",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Flat facts beside the event, such as what a setting was and what it is now. */
export type AuditDetails = Record<string, string | number | boolean | null>;

/** An event as people read it. */
export type AuditEventView = { id: string; at: Date; action: AuditAction; actorLabel: string; details: AuditDetails };
