CREATE TABLE "bulk_deletion_stops" (
	"account_id" uuid NOT NULL,
	"bulk_deletion_id" uuid NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"requested_by_label" text NOT NULL,
	CONSTRAINT "bulk_deletion_stops_account_id_bulk_deletion_id_pk" PRIMARY KEY("account_id","bulk_deletion_id")
);
--> statement-breakpoint
CREATE TABLE "cleanup_stops" (
	"account_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"requested_by_label" text NOT NULL,
	CONSTRAINT "cleanup_stops_account_id_run_id_pk" PRIMARY KEY("account_id","run_id")
);
--> statement-breakpoint
ALTER TABLE "bulk_deletion_stops" ADD CONSTRAINT "bulk_deletion_stops_bulk_deletion_fk" FOREIGN KEY ("account_id","bulk_deletion_id") REFERENCES "public"."bulk_deletions"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cleanup_stops" ADD CONSTRAINT "cleanup_stops_run_fk" FOREIGN KEY ("account_id","run_id") REFERENCES "public"."cleanup_runs"("account_id","id") ON DELETE restrict ON UPDATE no action;