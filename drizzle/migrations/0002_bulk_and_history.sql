CREATE TABLE "bulk_deletion_chunks" (
	"account_id" uuid NOT NULL,
	"bulk_deletion_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"certificate_ids" uuid[] NOT NULL,
	CONSTRAINT "bulk_deletion_chunks_account_id_bulk_deletion_id_number_pk" PRIMARY KEY("account_id","bulk_deletion_id","number")
);
--> statement-breakpoint
CREATE TABLE "bulk_deletion_skips" (
	"account_id" uuid NOT NULL,
	"bulk_deletion_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"certificate_id" uuid NOT NULL,
	"name" text NOT NULL,
	"error" text,
	CONSTRAINT "bulk_deletion_skips_pk" PRIMARY KEY("account_id","bulk_deletion_id","reason","certificate_id"),
	CONSTRAINT "bulk_deletion_skips_reason_known" CHECK ("bulk_deletion_skips"."reason" in ('still_valid', 'deployed', 'synced', 'gone', 'failed')),
	CONSTRAINT "bulk_deletion_skips_error" CHECK (("bulk_deletion_skips"."reason" = 'failed') = ("bulk_deletion_skips"."error" is not null))
);
--> statement-breakpoint
CREATE TABLE "bulk_deletions" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"status" text NOT NULL,
	"selection" jsonb NOT NULL,
	"retry_of_id" uuid,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"requested_by_id" uuid NOT NULL,
	"requested_by_label" text NOT NULL,
	"started_at" timestamp (3) with time zone,
	"heartbeat_at" timestamp (3) with time zone,
	"claim" integer DEFAULT 0 NOT NULL,
	"next_chunk" integer DEFAULT 0 NOT NULL,
	"chunks" integer NOT NULL,
	"stop_requested_at" timestamp (3) with time zone,
	"stop_requested_by_label" text,
	"finished_at" timestamp (3) with time zone,
	"total" integer NOT NULL,
	"removed" integer DEFAULT 0 NOT NULL,
	"skipped_still_valid" integer DEFAULT 0 NOT NULL,
	"skipped_deployed" integer DEFAULT 0 NOT NULL,
	"skipped_synced" integer DEFAULT 0 NOT NULL,
	"skipped_gone" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"error" text,
	CONSTRAINT "bulk_deletions_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "bulk_deletions_status_known" CHECK ("bulk_deletions"."status" in ('queued', 'running', 'succeeded', 'succeeded_with_errors', 'failed', 'stopped')),
	CONSTRAINT "bulk_deletions_finished" CHECK (("bulk_deletions"."status" in ('queued', 'running')) = ("bulk_deletions"."finished_at" is null)),
	CONSTRAINT "bulk_deletions_chunks" CHECK ("bulk_deletions"."next_chunk" between 0 and "bulk_deletions"."chunks"),
	CONSTRAINT "bulk_deletions_counts" CHECK ("bulk_deletions"."removed" + "bulk_deletions"."skipped_still_valid" + "bulk_deletions"."skipped_deployed" + "bulk_deletions"."skipped_synced" + "bulk_deletions"."skipped_gone" + "bulk_deletions"."failed" <= "bulk_deletions"."total")
);
--> statement-breakpoint
CREATE TABLE "cleanup_skips" (
	"account_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"certificate_id" uuid NOT NULL,
	"name" text NOT NULL,
	"error" text,
	CONSTRAINT "cleanup_skips_pk" PRIMARY KEY("account_id","run_id","reason","certificate_id"),
	CONSTRAINT "cleanup_skips_reason_known" CHECK ("cleanup_skips"."reason" in ('deployed', 'synced', 'failed')),
	CONSTRAINT "cleanup_skips_error" CHECK (("cleanup_skips"."reason" = 'failed') = ("cleanup_skips"."error" is not null))
);
--> statement-breakpoint
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_action_known";--> statement-breakpoint
ALTER TABLE "cleanup_runs" DROP CONSTRAINT "cleanup_runs_status_known";--> statement-breakpoint
ALTER TABLE "cleanup_runs" ADD COLUMN "brake_percent" integer DEFAULT 50 NOT NULL;--> statement-breakpoint
ALTER TABLE "cleanup_runs" ADD COLUMN "held_removable" integer;--> statement-breakpoint
ALTER TABLE "cleanup_runs" ADD COLUMN "held_inventory" integer;--> statement-breakpoint
ALTER TABLE "cleanup_runs" ADD COLUMN "approved_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "cleanup_runs" ADD COLUMN "approved_by_id" uuid;--> statement-breakpoint
ALTER TABLE "cleanup_runs" ADD COLUMN "approved_by_label" text;--> statement-breakpoint
ALTER TABLE "cleanup_runs" ADD COLUMN "acknowledged_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "cleanup_runs" ADD COLUMN "acknowledged_by_label" text;--> statement-breakpoint
ALTER TABLE "cleanup_settings" ADD COLUMN "brake_percent" integer DEFAULT 50 NOT NULL;--> statement-breakpoint
ALTER TABLE "removals" ADD COLUMN "bulk_deletion_id" uuid;--> statement-breakpoint
ALTER TABLE "bulk_deletion_chunks" ADD CONSTRAINT "bulk_deletion_chunks_bulk_deletion_fk" FOREIGN KEY ("account_id","bulk_deletion_id") REFERENCES "public"."bulk_deletions"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_deletion_skips" ADD CONSTRAINT "bulk_deletion_skips_bulk_deletion_fk" FOREIGN KEY ("account_id","bulk_deletion_id") REFERENCES "public"."bulk_deletions"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_deletions" ADD CONSTRAINT "bulk_deletions_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_deletions" ADD CONSTRAINT "bulk_deletions_retry_of_fk" FOREIGN KEY ("account_id","retry_of_id") REFERENCES "public"."bulk_deletions"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cleanup_skips" ADD CONSTRAINT "cleanup_skips_run_fk" FOREIGN KEY ("account_id","run_id") REFERENCES "public"."cleanup_runs"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_deletions_time_idx" ON "bulk_deletions" USING btree ("account_id","requested_at","id");--> statement-breakpoint
CREATE INDEX "bulk_deletions_unfinished_idx" ON "bulk_deletions" USING btree ("heartbeat_at") WHERE "bulk_deletions"."finished_at" is null;--> statement-breakpoint
ALTER TABLE "removals" ADD CONSTRAINT "removals_bulk_deletion_fk" FOREIGN KEY ("account_id","bulk_deletion_id") REFERENCES "public"."bulk_deletions"("account_id","id") ON DELETE restrict ON UPDATE no action NOT VALID;--> statement-breakpoint
CREATE INDEX "removals_bulk_deletion_idx" ON "removals" USING btree ("account_id","bulk_deletion_id","id") WHERE "removals"."bulk_deletion_id" is not null;--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_action_known" CHECK ("audit_events"."action" in ('account.created', 'member.joined', 'member.role_changed', 'member.disabled', 'member.enabled', 'member.signed_out', 'invitation.created', 'invitation.revoked', 'deployment.added', 'deployment.removed', 'cleanup.settings_changed', 'cleanup.run_requested', 'cleanup.stop_requested', 'cleanup.run_approved')) NOT VALID;--> statement-breakpoint
ALTER TABLE "cleanup_runs" ADD CONSTRAINT "cleanup_runs_held" CHECK ("cleanup_runs"."status" <> 'held' or ("cleanup_runs"."held_removable" is not null and "cleanup_runs"."held_inventory" is not null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "cleanup_runs" ADD CONSTRAINT "cleanup_runs_status_known" CHECK ("cleanup_runs"."status" in ('running', 'succeeded', 'succeeded_with_errors', 'failed', 'stopped', 'interrupted', 'held')) NOT VALID;--> statement-breakpoint
ALTER TABLE "cleanup_settings" ADD CONSTRAINT "cleanup_settings_brake_percent" CHECK ("cleanup_settings"."brake_percent" between 10 and 100) NOT VALID;--> statement-breakpoint
CREATE TRIGGER cleanup_skips_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cleanup_skips FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER bulk_deletion_skips_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON bulk_deletion_skips FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER bulk_deletion_chunks_append_only BEFORE UPDATE OR TRUNCATE ON bulk_deletion_chunks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
