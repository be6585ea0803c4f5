ALTER TABLE "removal_records" ADD COLUMN "moved_on" jsonb;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "kind" text DEFAULT 'noted' NOT NULL;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "host" text;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "port" integer;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "server_name" text;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "protocol" text;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "state" text;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "state_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "checked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "next_check_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "problem" text;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "served_fingerprint" text;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "served_chain" text;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "sync_id" uuid;--> statement-breakpoint
CREATE INDEX "deployments_due_idx" ON "deployments" USING btree ("next_check_at") WHERE "deployments"."next_check_at" is not null;--> statement-breakpoint
CREATE INDEX "deployments_endpoint_idx" ON "deployments" USING btree ("account_id","certificate_id") WHERE "deployments"."kind" = 'endpoint';--> statement-breakpoint
CREATE INDEX "deployments_sync_idx" ON "deployments" USING btree ("account_id","sync_id") WHERE "deployments"."sync_id" is not null;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_kind_known" CHECK ("deployments"."kind" in ('noted', 'endpoint', 'reported')) NOT VALID;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_protocol_known" CHECK ("deployments"."protocol" in ('tls', 'smtp', 'imap', 'pop3', 'ldap', 'postgresql')) NOT VALID;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_state_known" CHECK ("deployments"."state" in ('serving', 'moved_on', 'unreachable', 'never_checked')) NOT VALID;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_endpoint" CHECK (("deployments"."kind" = 'endpoint') = ("deployments"."host" is not null and "deployments"."port" is not null and "deployments"."protocol" is not null
        and "deployments"."state" is not null and "deployments"."state_since" is not null and "deployments"."next_check_at" is not null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_port" CHECK ("deployments"."port" between 1 and 65535) NOT VALID;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_checked" CHECK (("deployments"."state" = 'never_checked') = ("deployments"."checked_at" is null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_moved_on" CHECK ("deployments"."state" <> 'moved_on' or ("deployments"."served_fingerprint" is not null and "deployments"."served_chain" is not null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_unreachable" CHECK ("deployments"."state" <> 'unreachable' or "deployments"."problem" is not null) NOT VALID;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_reported" CHECK (("deployments"."kind" = 'reported') = ("deployments"."sync_id" is not null)) NOT VALID;--> statement-breakpoint
CREATE OR REPLACE VIEW removals AS
SELECT account_id, id, name, status, eligibility,
  coalesce(evidence, jsonb_build_object(
    'notBefore', to_char(not_before at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'notAfter', to_char(not_after at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'revokedAt', to_char(revoked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'source', source,
    'addedAt', to_char(added_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'addedByLabel', added_by_label,
    'detachedSyncs', coalesce(to_jsonb(detached_syncs), '[]'::jsonb),
    'movedOn', coalesce(moved_on, '[]'::jsonb),
    'retentionDays', retention_days)) AS evidence,
  actor_kind, actor_id, actor_label, run_id, bulk_deletion_id, removed_at
FROM removal_records;
