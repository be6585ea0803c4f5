-- The evidence of a record is written in columns. Under the old name stands a view with the old columns: it is what is read,
-- and what servers of the version before read and write until they are replaced.
-- squawk-ignore renaming-table
ALTER TABLE "removals" RENAME TO "removal_records";--> statement-breakpoint
ALTER TABLE "removal_records" ADD COLUMN "not_before" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "removal_records" ADD COLUMN "not_after" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "removal_records" ADD COLUMN "revoked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "removal_records" ADD COLUMN "source" text;--> statement-breakpoint
ALTER TABLE "removal_records" ADD COLUMN "added_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "removal_records" ADD COLUMN "added_by_label" text;--> statement-breakpoint
ALTER TABLE "removal_records" ADD COLUMN "detached_syncs" text[];--> statement-breakpoint
ALTER TABLE "removal_records" ADD COLUMN "retention_days" integer;--> statement-breakpoint
-- Who reads it reads the view, where it is never null.
-- squawk-ignore ban-drop-not-null
ALTER TABLE "removal_records" ALTER COLUMN "evidence" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "removal_records" ADD CONSTRAINT "removals_have_evidence" CHECK ("removal_records"."evidence" is not null or ("removal_records"."not_before" is not null and "removal_records"."not_after" is not null
        and "removal_records"."source" is not null and "removal_records"."added_at" is not null and "removal_records"."added_by_label" is not null)) NOT VALID;--> statement-breakpoint
CREATE VIEW removals AS
SELECT account_id, id, name, status, eligibility,
  coalesce(evidence, jsonb_build_object(
    'notBefore', to_char(not_before at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'notAfter', to_char(not_after at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'revokedAt', to_char(revoked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'source', source,
    'addedAt', to_char(added_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'addedByLabel', added_by_label,
    'detachedSyncs', coalesce(to_jsonb(detached_syncs), '[]'::jsonb),
    'retentionDays', retention_days)) AS evidence,
  actor_kind, actor_id, actor_label, run_id, bulk_deletion_id, removed_at
FROM removal_records;--> statement-breakpoint
CREATE FUNCTION removals_insert_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO removal_records (account_id, id, name, status, eligibility, evidence, actor_kind, actor_id, actor_label, run_id, bulk_deletion_id, removed_at)
  VALUES (NEW.account_id, NEW.id, NEW.name, NEW.status, NEW.eligibility, NEW.evidence, NEW.actor_kind, NEW.actor_id, NEW.actor_label, NEW.run_id, NEW.bulk_deletion_id, NEW.removed_at);
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER removals_insert_record INSTEAD OF INSERT ON removals FOR EACH ROW EXECUTE FUNCTION removals_insert_record();--> statement-breakpoint
-- The ids of a statement are looked up together, in the order of the index: half of what one by one costs. Keys are unique,
-- so as many found as asked for means all.
CREATE OR REPLACE FUNCTION certificates_require_removal() RETURNS trigger LANGUAGE plpgsql
  SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE
  account uuid;
  ids uuid[];
BEGIN
  FOR account, ids IN SELECT account_id, array_agg(id) FROM gone GROUP BY account_id LOOP
    IF (SELECT count(*) FROM removal_records r WHERE r.account_id = account AND r.id = ANY (ids)) <> cardinality(ids) THEN
      RAISE EXCEPTION 'a certificate was deleted without its removal record' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;--> statement-breakpoint
-- Of a bulk deletion too, the records of a statement are checked together, which is enough because it cannot go.
CREATE OR REPLACE FUNCTION removals_require_contents_and_run() RETURNS trigger LANGUAGE plpgsql
  SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE
  account uuid;
  ids uuid[];
BEGIN
  FOR account, ids IN SELECT account_id, array_agg(id) FROM added GROUP BY account_id LOOP
    IF (SELECT count(*) FROM certificate_contents c WHERE c.account_id = account AND c.id = ANY (ids)) <> cardinality(ids) THEN
      RAISE EXCEPTION 'a removal record has no contents' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END LOOP;
  IF EXISTS (
    SELECT 1 FROM (SELECT DISTINCT account_id, run_id FROM added WHERE run_id IS NOT NULL) named
    WHERE NOT EXISTS (SELECT 1 FROM cleanup_runs r WHERE r.account_id = named.account_id AND r.id = named.run_id)
  ) THEN
    RAISE EXCEPTION 'a removal record names no run of its account' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (SELECT DISTINCT account_id, bulk_deletion_id FROM added WHERE bulk_deletion_id IS NOT NULL) named
    WHERE NOT EXISTS (SELECT 1 FROM bulk_deletions b WHERE b.account_id = named.account_id AND b.id = named.bulk_deletion_id)
  ) THEN
    RAISE EXCEPTION 'a removal record names no bulk deletion of its account' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER bulk_deletions_stay BEFORE DELETE OR TRUNCATE ON bulk_deletions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER bulk_deletions_keep_their_ids BEFORE UPDATE OF account_id, id ON bulk_deletions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
ALTER TABLE "removal_records" DROP CONSTRAINT "removals_bulk_deletion_fk";
