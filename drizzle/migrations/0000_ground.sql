CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "identities_issuer_subject_pk" PRIMARY KEY("issuer","subject")
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"token_hash" text NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "invitations_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "invitations_role_known" CHECK ("invitations"."role" in ('viewer', 'member', 'admin'))
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"account_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "memberships_account_id_user_id_pk" PRIMARY KEY("account_id","user_id"),
	CONSTRAINT "memberships_role_known" CHECK ("memberships"."role" in ('viewer', 'member', 'admin'))
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"password_hash" text,
	"session_version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "users_email_lower" CHECK ("users"."email" = lower("users"."email"))
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_id" uuid,
	"actor_label" text NOT NULL,
	"action" text NOT NULL,
	"subject_id" uuid,
	"details" jsonb NOT NULL,
	CONSTRAINT "audit_events_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "audit_events_action_known" CHECK ("audit_events"."action" in ('account.created', 'member.joined', 'member.role_changed', 'member.disabled', 'member.enabled', 'member.signed_out', 'invitation.created', 'invitation.revoked', 'deployment.added', 'deployment.removed', 'cleanup.settings_changed', 'cleanup.run_requested', 'cleanup.stop_requested'))
);
--> statement-breakpoint
CREATE TABLE "certificate_contents" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"pem" text NOT NULL,
	"chain_pems" text[] NOT NULL,
	"details" jsonb NOT NULL,
	"issuer_label" text NOT NULL,
	"other_names" text[] NOT NULL,
	"other_name_count" integer NOT NULL,
	"search" text NOT NULL,
	CONSTRAINT "certificate_contents_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "certificates" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"fingerprint" text NOT NULL,
	"source" text NOT NULL,
	"not_before" timestamp (3) with time zone NOT NULL,
	"not_after" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"is_sample" boolean DEFAULT false NOT NULL,
	"added_at" timestamp (3) with time zone NOT NULL,
	"added_by_id" uuid,
	"added_by_label" text NOT NULL,
	CONSTRAINT "certificates_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "certificates_source_known" CHECK ("certificates"."source" in ('uploaded', 'issued')),
	CONSTRAINT "certificates_fingerprint_sha256" CHECK ("certificates"."fingerprint" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "certificates_name_length" CHECK (char_length("certificates"."name") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "revocations" (
	"account_id" uuid NOT NULL,
	"key" text NOT NULL,
	"issuer" text NOT NULL,
	"serial" text NOT NULL,
	"revoked_at" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"not_after" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "revocations_account_id_key_pk" PRIMARY KEY("account_id","key")
);
--> statement-breakpoint
CREATE TABLE "cleanup_runs" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"trigger" text NOT NULL,
	"slot_on" date,
	"started_by_id" uuid,
	"started_by_label" text NOT NULL,
	"retention_days" integer NOT NULL,
	"skip_synced" boolean NOT NULL,
	"cutoff" timestamp (3) with time zone NOT NULL,
	"status" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"heartbeat_at" timestamp (3) with time zone NOT NULL,
	"stop_requested_at" timestamp (3) with time zone,
	"stop_requested_by_label" text,
	"finished_at" timestamp (3) with time zone,
	"removed" integer DEFAULT 0 NOT NULL,
	"skipped_deployed" integer DEFAULT 0 NOT NULL,
	"skipped_synced" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"error" text,
	CONSTRAINT "cleanup_runs_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "cleanup_runs_trigger_known" CHECK ("cleanup_runs"."trigger" in ('schedule', 'person')),
	CONSTRAINT "cleanup_runs_status_known" CHECK ("cleanup_runs"."status" in ('running', 'succeeded', 'succeeded_with_errors', 'failed', 'stopped', 'interrupted')),
	CONSTRAINT "cleanup_runs_slot_of_schedule" CHECK (("cleanup_runs"."trigger" = 'schedule') = ("cleanup_runs"."slot_on" is not null)),
	CONSTRAINT "cleanup_runs_finished" CHECK (("cleanup_runs"."status" = 'running') = ("cleanup_runs"."finished_at" is null))
);
--> statement-breakpoint
CREATE TABLE "cleanup_settings" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"enabled" boolean NOT NULL,
	"retention_days" integer NOT NULL,
	"skip_synced" boolean NOT NULL,
	"daily_at_minute" integer NOT NULL,
	"scheduled_from" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "cleanup_settings_retention_days" CHECK ("cleanup_settings"."retention_days" between 1 and 30),
	CONSTRAINT "cleanup_settings_daily_at_minute" CHECK ("cleanup_settings"."daily_at_minute" between 0 and 1439)
);
--> statement-breakpoint
CREATE TABLE "removals" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"status" text NOT NULL,
	"eligibility" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" uuid,
	"actor_label" text NOT NULL,
	"run_id" uuid,
	"removed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "removals_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "removals_status_known" CHECK ("removals"."status" in ('revoked', 'expired', 'not_yet_valid', 'expiring', 'valid')),
	CONSTRAINT "removals_eligibility_known" CHECK ("removals"."eligibility" in ('revoked', 'expired', 'uploaded')),
	CONSTRAINT "removals_actor_kind_known" CHECK ("removals"."actor_kind" in ('user', 'cleanup', 'token'))
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"session_version" integer NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "setup_links" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_failures" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"last_failed_at" timestamp (3) with time zone NOT NULL,
	"wait_until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deployments" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"certificate_id" uuid NOT NULL,
	"service" text NOT NULL,
	"resource" text NOT NULL,
	"note" text NOT NULL,
	"added_at" timestamp (3) with time zone NOT NULL,
	"added_by_id" uuid,
	"added_by_label" text NOT NULL,
	CONSTRAINT "deployments_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "destinations" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "destinations_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "syncs" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"certificate_id" uuid NOT NULL,
	"destination_id" uuid NOT NULL,
	"enabled" boolean NOT NULL,
	"state" text NOT NULL,
	"added_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "syncs_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "syncs_state_known" CHECK ("syncs"."state" in ('pending', 'active', 'failed', 'removing', 'removed'))
);
--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_created_by_fk" FOREIGN KEY ("account_id","created_by") REFERENCES "public"."memberships"("account_id","user_id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificate_contents" ADD CONSTRAINT "certificate_contents_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_contents_fk" FOREIGN KEY ("account_id","id") REFERENCES "public"."certificate_contents"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revocations" ADD CONSTRAINT "revocations_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cleanup_runs" ADD CONSTRAINT "cleanup_runs_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cleanup_settings" ADD CONSTRAINT "cleanup_settings_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "removals" ADD CONSTRAINT "removals_contents_fk" FOREIGN KEY ("account_id","id") REFERENCES "public"."certificate_contents"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "removals" ADD CONSTRAINT "removals_run_fk" FOREIGN KEY ("account_id","run_id") REFERENCES "public"."cleanup_runs"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_certificate_fk" FOREIGN KEY ("account_id","certificate_id") REFERENCES "public"."certificates"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "destinations" ADD CONSTRAINT "destinations_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "syncs" ADD CONSTRAINT "syncs_certificate_fk" FOREIGN KEY ("account_id","certificate_id") REFERENCES "public"."certificates"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "syncs" ADD CONSTRAINT "syncs_destination_fk" FOREIGN KEY ("account_id","destination_id") REFERENCES "public"."destinations"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "identities_user_idx" ON "identities" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_token_key" ON "invitations" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "memberships_user_idx" ON "memberships" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree ("email");--> statement-breakpoint
CREATE INDEX "audit_events_subject_idx" ON "audit_events" USING btree ("account_id","subject_id","id");--> statement-breakpoint
CREATE INDEX "certificate_contents_search_idx" ON "certificate_contents" USING gin ("search" gin_trgm_ops);--> statement-breakpoint
CREATE UNIQUE INDEX "certificates_fingerprint_key" ON "certificates" USING btree ("account_id","fingerprint");--> statement-breakpoint
CREATE INDEX "certificates_expiry_idx" ON "certificates" USING btree ("account_id","not_after","id","not_before","revoked_at");--> statement-breakpoint
CREATE INDEX "certificates_start_idx" ON "certificates" USING btree ("account_id","not_before","id");--> statement-breakpoint
CREATE INDEX "certificates_name_idx" ON "certificates" USING btree ("account_id",lower("name") collate "C","id");--> statement-breakpoint
CREATE INDEX "certificates_revoked_idx" ON "certificates" USING btree ("account_id","not_after","id") WHERE "certificates"."revoked_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "cleanup_runs_one_running_key" ON "cleanup_runs" USING btree ("account_id") WHERE "cleanup_runs"."status" = 'running';--> statement-breakpoint
CREATE UNIQUE INDEX "cleanup_runs_slot_key" ON "cleanup_runs" USING btree ("account_id","slot_on") WHERE "cleanup_runs"."status" <> 'interrupted';--> statement-breakpoint
CREATE INDEX "cleanup_runs_time_idx" ON "cleanup_runs" USING btree ("account_id","started_at");--> statement-breakpoint
CREATE INDEX "removals_time_idx" ON "removals" USING btree ("account_id","removed_at","id");--> statement-breakpoint
CREATE INDEX "removals_run_idx" ON "removals" USING btree ("account_id","run_id","id");--> statement-breakpoint
CREATE INDEX "sessions_user_idx" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "deployments_once_key" ON "deployments" USING btree ("account_id","certificate_id","service","resource");--> statement-breakpoint
CREATE UNIQUE INDEX "destinations_name_key" ON "destinations" USING btree ("account_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "syncs_once_key" ON "syncs" USING btree ("account_id","certificate_id","destination_id");--> statement-breakpoint
CREATE INDEX "syncs_destination_idx" ON "syncs" USING btree ("account_id","destination_id");