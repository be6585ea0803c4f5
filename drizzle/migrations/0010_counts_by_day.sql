CREATE TABLE "certificate_counts" (
	"account_id" uuid NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "certificate_counts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"days" date[] NOT NULL,
	"revoked" integer[] NOT NULL,
	"issued" integer[] NOT NULL,
	"uploaded" integer[] NOT NULL,
	"uses" integer NOT NULL,
	CONSTRAINT "certificate_counts_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
-- Compressing differences takes longer than adding them up.
ALTER TABLE "certificate_counts" ALTER COLUMN "days" SET STORAGE EXTERNAL, ALTER COLUMN "revoked" SET STORAGE EXTERNAL,
  ALTER COLUMN "issued" SET STORAGE EXTERNAL, ALTER COLUMN "uploaded" SET STORAGE EXTERNAL;--> statement-breakpoint
-- The new index is built before the old one goes, so that reading never waits for it.
ALTER INDEX "certificates_expiry_idx" RENAME TO "certificates_expiry_old_idx";--> statement-breakpoint
ALTER INDEX "certificates_start_idx" RENAME TO "certificates_start_old_idx";--> statement-breakpoint
CREATE INDEX "certificates_expiry_idx" ON "certificates" USING btree ("account_id","not_after","id","not_before","revoked_at","source");--> statement-breakpoint
CREATE INDEX "certificates_start_idx" ON "certificates" USING btree ("account_id","not_before","not_after","id","revoked_at","source");--> statement-breakpoint
-- One row of differences for each account that a statement changes.
CREATE FUNCTION certificates_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO certificate_counts (account_id, days, revoked, issued, uploaded, uses)
    SELECT account_id, array_agg(day), array_agg(revoked), array_agg(issued), array_agg(uploaded), 0 FROM (
      SELECT account_id, (not_after AT TIME ZONE 'UTC')::date AS day,
        count(*) FILTER (WHERE revoked_at IS NOT NULL)::int AS revoked,
        count(*) FILTER (WHERE revoked_at IS NULL AND source = 'issued')::int AS issued,
        count(*) FILTER (WHERE revoked_at IS NULL AND source = 'uploaded')::int AS uploaded
      FROM added GROUP BY 1, 2) by_day
    GROUP BY account_id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO certificate_counts (account_id, days, revoked, issued, uploaded, uses)
    SELECT account_id, array_agg(day), array_agg(-revoked), array_agg(-issued), array_agg(-uploaded), 0 FROM (
      SELECT account_id, (not_after AT TIME ZONE 'UTC')::date AS day,
        count(*) FILTER (WHERE revoked_at IS NOT NULL)::int AS revoked,
        count(*) FILTER (WHERE revoked_at IS NULL AND source = 'issued')::int AS issued,
        count(*) FILTER (WHERE revoked_at IS NULL AND source = 'uploaded')::int AS uploaded
      FROM gone GROUP BY 1, 2) by_day
    GROUP BY account_id;
  ELSE
    INSERT INTO certificate_counts (account_id, days, revoked, issued, uploaded, uses)
    SELECT account_id, array_agg(day), array_agg(revoked), array_agg(issued), array_agg(uploaded), 0 FROM (
      SELECT account_id, (not_after AT TIME ZONE 'UTC')::date AS day,
        coalesce(sum(n) FILTER (WHERE revoked_at IS NOT NULL), 0)::int AS revoked,
        coalesce(sum(n) FILTER (WHERE revoked_at IS NULL AND source = 'issued'), 0)::int AS issued,
        coalesce(sum(n) FILTER (WHERE revoked_at IS NULL AND source = 'uploaded'), 0)::int AS uploaded
      FROM (SELECT account_id, not_after, revoked_at, source, 1 AS n FROM added
        UNION ALL SELECT account_id, not_after, revoked_at, source, -1 FROM gone) changed
      GROUP BY 1, 2) by_day
    WHERE revoked <> 0 OR issued <> 0 OR uploaded <> 0
    GROUP BY account_id;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER certificates_count_added AFTER INSERT ON certificates
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION certificates_count();--> statement-breakpoint
CREATE TRIGGER certificates_count_gone AFTER DELETE ON certificates
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION certificates_count();--> statement-breakpoint
CREATE TRIGGER certificates_count_changed AFTER UPDATE ON certificates
  REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION certificates_count();--> statement-breakpoint
CREATE FUNCTION certificate_uses_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO certificate_counts (account_id, days, revoked, issued, uploaded, uses)
    SELECT account_id, '{}', '{}', '{}', '{}', count(*) FROM added GROUP BY account_id;
  ELSE
    INSERT INTO certificate_counts (account_id, days, revoked, issued, uploaded, uses)
    SELECT account_id, '{}', '{}', '{}', '{}', -count(*) FROM gone GROUP BY account_id;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER deployments_count_added AFTER INSERT ON deployments
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION certificate_uses_count();--> statement-breakpoint
CREATE TRIGGER deployments_count_gone AFTER DELETE ON deployments
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION certificate_uses_count();--> statement-breakpoint
CREATE TRIGGER syncs_count_added AFTER INSERT ON syncs
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION certificate_uses_count();--> statement-breakpoint
CREATE TRIGGER syncs_count_gone AFTER DELETE ON syncs
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION certificate_uses_count();--> statement-breakpoint
-- Rows of differences become one. Only who gets the lock merges, nobody waits for it, and only what is deleted here is
-- summed: rows that another session has merged meanwhile are passed by, which READ COMMITTED alone does without an error.
CREATE FUNCTION certificate_counts_merge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM (SELECT 1 FROM certificate_counts WHERE account_id = NEW.account_id LIMIT 33) few) <= 32
    OR current_setting('transaction_isolation') <> 'read committed'
    OR NOT pg_try_advisory_xact_lock(hashtextextended('certificate_counts ' || NEW.account_id, 0)) THEN
    RETURN NULL;
  END IF;
  WITH merged AS (
    DELETE FROM certificate_counts WHERE account_id = NEW.account_id RETURNING *
  ), by_day AS (
    SELECT c.day, sum(c.revoked)::int AS revoked, sum(c.issued)::int AS issued, sum(c.uploaded)::int AS uploaded
    FROM merged, unnest(merged.days, merged.revoked, merged.issued, merged.uploaded) AS c (day, revoked, issued, uploaded)
    GROUP BY c.day HAVING sum(c.revoked) <> 0 OR sum(c.issued) <> 0 OR sum(c.uploaded) <> 0
  )
  INSERT INTO certificate_counts (account_id, days, revoked, issued, uploaded, uses)
  SELECT NEW.account_id, coalesce(array_agg(day), '{}'), coalesce(array_agg(revoked), '{}'),
    coalesce(array_agg(issued), '{}'), coalesce(array_agg(uploaded), '{}'),
    (SELECT sum(uses) FROM merged)
  FROM by_day;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER certificate_counts_merge AFTER INSERT ON certificate_counts
  FOR EACH ROW EXECUTE FUNCTION certificate_counts_merge();--> statement-breakpoint
-- What is there already. The triggers hold off writers until the end of this transaction, so that nothing is counted twice.
INSERT INTO certificate_counts (account_id, days, revoked, issued, uploaded, uses)
SELECT account_id, array_agg(day), array_agg(revoked), array_agg(issued), array_agg(uploaded), 0 FROM (
  SELECT account_id, (not_after AT TIME ZONE 'UTC')::date AS day,
    count(*) FILTER (WHERE revoked_at IS NOT NULL)::int AS revoked,
    count(*) FILTER (WHERE revoked_at IS NULL AND source = 'issued')::int AS issued,
    count(*) FILTER (WHERE revoked_at IS NULL AND source = 'uploaded')::int AS uploaded
  FROM certificates GROUP BY 1, 2) by_day
GROUP BY account_id;--> statement-breakpoint
INSERT INTO certificate_counts (account_id, days, revoked, issued, uploaded, uses)
SELECT account_id, '{}', '{}', '{}', '{}', count(*)
FROM (SELECT account_id FROM deployments UNION ALL SELECT account_id FROM syncs) used GROUP BY account_id;--> statement-breakpoint
DROP INDEX "certificates_expiry_old_idx";--> statement-breakpoint
DROP INDEX "certificates_start_old_idx";
