DROP INDEX "certificates_start_idx";--> statement-breakpoint
CREATE INDEX "certificates_start_idx" ON "certificates" USING btree ("account_id","not_before","not_after","id","revoked_at");