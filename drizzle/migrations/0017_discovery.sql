CREATE TABLE "discovery_findings" (
	"account_id" uuid NOT NULL,
	"scan_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"kind" text NOT NULL,
	"host" text NOT NULL,
	"port" integer NOT NULL,
	"certificate_id" uuid,
	"name" text,
	"is_new_endpoint" boolean NOT NULL,
	"problem" text,
	CONSTRAINT "discovery_findings_account_id_scan_id_number_pk" PRIMARY KEY("account_id","scan_id","number"),
	CONSTRAINT "discovery_findings_kind_known" CHECK ("discovery_findings"."kind" in ('added', 'already', 'unreadable', 'unreachable')),
	CONSTRAINT "discovery_findings_certificate" CHECK (("discovery_findings"."kind" in ('added', 'already')) = ("discovery_findings"."certificate_id" is not null and "discovery_findings"."name" is not null)),
	CONSTRAINT "discovery_findings_problem" CHECK (("discovery_findings"."kind" in ('added', 'already')) = ("discovery_findings"."problem" is null))
);
--> statement-breakpoint
CREATE TABLE "discovery_scans" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"status" text NOT NULL,
	"hosts" text[] NOT NULL,
	"ports" integer[] NOT NULL,
	"protocol" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"requested_by_id" uuid NOT NULL,
	"requested_by_label" text NOT NULL,
	"started_at" timestamp (3) with time zone,
	"heartbeat_at" timestamp (3) with time zone,
	"claim" integer DEFAULT 0 NOT NULL,
	"stop_requested_at" timestamp (3) with time zone,
	"stop_requested_by_label" text,
	"finished_at" timestamp (3) with time zone,
	"targets" integer NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"added" integer DEFAULT 0 NOT NULL,
	"already" integer DEFAULT 0 NOT NULL,
	"unreadable" integer DEFAULT 0 NOT NULL,
	"unreachable" integer DEFAULT 0 NOT NULL,
	"forbidden" integer DEFAULT 0 NOT NULL,
	"endpoints" integer DEFAULT 0 NOT NULL,
	"error" text,
	CONSTRAINT "discovery_scans_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "discovery_scans_status_known" CHECK ("discovery_scans"."status" in ('queued', 'running', 'succeeded', 'stopped', 'failed')),
	CONSTRAINT "discovery_scans_protocol_known" CHECK ("discovery_scans"."protocol" in ('tls', 'smtp', 'imap', 'pop3', 'ldap', 'postgresql')),
	CONSTRAINT "discovery_scans_finished" CHECK (("discovery_scans"."status" in ('queued', 'running')) = ("discovery_scans"."finished_at" is null)),
	CONSTRAINT "discovery_scans_counts" CHECK ("discovery_scans"."added" + "discovery_scans"."already" + "discovery_scans"."unreadable" + "discovery_scans"."unreachable" + "discovery_scans"."forbidden" = "discovery_scans"."done" and "discovery_scans"."done" <= "discovery_scans"."targets")
);
--> statement-breakpoint
ALTER TABLE "discovery_findings" ADD CONSTRAINT "discovery_findings_scan_fk" FOREIGN KEY ("account_id","scan_id") REFERENCES "public"."discovery_scans"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "discovery_scans" ADD CONSTRAINT "discovery_scans_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "discovery_scans_time_idx" ON "discovery_scans" USING btree ("account_id","requested_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "discovery_scans_unfinished_key" ON "discovery_scans" USING btree ("account_id") WHERE "discovery_scans"."finished_at" is null;