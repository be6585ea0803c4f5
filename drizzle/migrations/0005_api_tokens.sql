-- Written with every request and worth nothing after a crash.
CREATE UNLOGGED TABLE "api_token_windows" (
	"account_id" uuid NOT NULL,
	"token_id" uuid NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"requests" integer NOT NULL,
	CONSTRAINT "api_token_windows_account_id_token_id_pk" PRIMARY KEY("account_id","token_id")
);
--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"token_hash" text NOT NULL,
	"hint" text NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"allowed_ranges" "cidr"[] NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"last_used_from" text,
	"revoked_at" timestamp (3) with time zone,
	"revoked_by_label" text,
	CONSTRAINT "api_tokens_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "api_tokens_role_known" CHECK ("api_tokens"."role" in ('viewer', 'member', 'admin')),
	CONSTRAINT "api_tokens_lifetime" CHECK ("api_tokens"."expires_at" > "api_tokens"."created_at"),
	CONSTRAINT "api_tokens_revoked" CHECK (("api_tokens"."revoked_at" is null) = ("api_tokens"."revoked_by_label" is null))
);
--> statement-breakpoint
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_action_known";--> statement-breakpoint
ALTER TABLE "bulk_deletions" ADD COLUMN "requested_by_token_id" uuid;--> statement-breakpoint
ALTER TABLE "api_token_windows" ADD CONSTRAINT "api_token_windows_token_fk" FOREIGN KEY ("account_id","token_id") REFERENCES "public"."api_tokens"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_maker_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."memberships"("account_id","user_id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_tokens_hash_key" ON "api_tokens" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "api_tokens_maker_idx" ON "api_tokens" USING btree ("account_id","user_id","id");--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_action_known" CHECK ("audit_events"."action" in ('account.created', 'member.joined', 'member.role_changed', 'member.disabled', 'member.enabled', 'member.signed_out', 'invitation.created', 'invitation.revoked', 'deployment.added', 'deployment.removed', 'cleanup.settings_changed', 'cleanup.run_requested', 'cleanup.stop_requested', 'cleanup.run_approved', 'webhook.added', 'webhook.enabled', 'webhook.disabled', 'webhook.secret_renewed', 'webhook.deleted', 'webhook.tested', 'webhook.sent_again', 'token.created', 'token.revoked')) NOT VALID;
