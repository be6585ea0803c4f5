ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_action_known";--> statement-breakpoint
ALTER TABLE "cleanup_runs" ADD COLUMN "copies" text DEFAULT 'leave' NOT NULL;--> statement-breakpoint
ALTER TABLE "cleanup_settings" ADD COLUMN "copies" text DEFAULT 'leave' NOT NULL;--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "kind" text;--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "settings" jsonb;--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "credentials_box" text;--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "credentials_key_id" text;--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "added_by_id" uuid;--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "added_by_label" text;--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "tested_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "test_answer" jsonb;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "added_by_id" uuid;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "added_by_label" text;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "remote_id" text;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "pushed_fingerprint" text;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "pushed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "checked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "error" text;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "next_attempt_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "next_check_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "removal_wished_by_id" uuid;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "removal_wished_by_label" text;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "claim_number" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "lease_until" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "syncs_due_idx" ON "syncs" USING btree ("next_attempt_at") WHERE "syncs"."next_attempt_at" is not null;--> statement-breakpoint
CREATE INDEX "syncs_check_idx" ON "syncs" USING btree ("next_check_at") WHERE "syncs"."next_check_at" is not null;--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_action_known" CHECK ("audit_events"."action" in ('account.created', 'member.joined', 'member.role_changed', 'member.disabled', 'member.enabled', 'member.signed_out', 'invitation.created', 'invitation.revoked', 'deployment.added', 'deployment.removed', 'private_key.added', 'destination.added', 'destination.changed', 'destination.tested', 'destination.deleted', 'sync.added', 'sync.push_requested', 'sync.removal_requested', 'sync.drifted', 'sync.removed', 'sync.left', 'cleanup.settings_changed', 'cleanup.run_requested', 'cleanup.stop_requested', 'cleanup.run_approved', 'webhook.added', 'webhook.enabled', 'webhook.disabled', 'webhook.secret_renewed', 'webhook.deleted', 'webhook.tested', 'webhook.sent_again', 'token.created', 'token.revoked')) NOT VALID;--> statement-breakpoint
ALTER TABLE "cleanup_runs" ADD CONSTRAINT "cleanup_runs_copies_known" CHECK ("cleanup_runs"."copies" in ('leave', 'remove')) NOT VALID;--> statement-breakpoint
ALTER TABLE "cleanup_settings" ADD CONSTRAINT "cleanup_settings_copies_known" CHECK ("cleanup_settings"."copies" in ('leave', 'remove')) NOT VALID;--> statement-breakpoint
ALTER TABLE "destinations" ADD CONSTRAINT "destinations_kind_known" CHECK ("destinations"."kind" in ('acm', 'key_vault', 'kubernetes', 'cloudflare', 'files')) NOT VALID;--> statement-breakpoint
ALTER TABLE "destinations" ADD CONSTRAINT "destinations_known" CHECK (("destinations"."kind" is null) = ("destinations"."settings" is null) and ("destinations"."kind" is null) = ("destinations"."added_by_label" is null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "destinations" ADD CONSTRAINT "destinations_sealed" CHECK (("destinations"."credentials_box" is null) = ("destinations"."credentials_key_id" is null) and ("destinations"."kind" is not null or "destinations"."credentials_box" is null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "destinations" ADD CONSTRAINT "destinations_tested" CHECK (("destinations"."tested_at" is null) = ("destinations"."test_answer" is null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "syncs" ADD CONSTRAINT "syncs_due" CHECK ("syncs"."next_attempt_at" is null or "syncs"."state" in ('pending', 'failed', 'removing')) NOT VALID;--> statement-breakpoint
ALTER TABLE "syncs" ADD CONSTRAINT "syncs_check" CHECK ("syncs"."next_check_at" is null or "syncs"."state" = 'active') NOT VALID;--> statement-breakpoint
ALTER TABLE "syncs" ADD CONSTRAINT "syncs_removed" CHECK ("syncs"."state" <> 'removed' or ("syncs"."remote_id" is null and "syncs"."lease_until" is null and "syncs"."error" is null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "syncs" ADD CONSTRAINT "syncs_pushed" CHECK ("syncs"."pushed_at" is null or "syncs"."pushed_fingerprint" is not null) NOT VALID;--> statement-breakpoint
ALTER TABLE "syncs" ADD CONSTRAINT "syncs_attempts" CHECK ("syncs"."attempts" >= 0 and "syncs"."claim_number" >= 0) NOT VALID;