-- A certificate may leave the inventory only in the transaction that writes its removal record, whoever deletes it.
CREATE FUNCTION certificates_require_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM gone
    WHERE NOT EXISTS (SELECT 1 FROM removals r WHERE r.account_id = gone.account_id AND r.id = gone.id)
  ) THEN
    RAISE EXCEPTION 'a certificate was deleted without its removal record' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER certificates_require_removal AFTER DELETE ON certificates
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION certificates_require_removal();--> statement-breakpoint
-- Records are written once.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER certificates_no_truncate BEFORE TRUNCATE ON certificates FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER removals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON removals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER certificate_contents_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certificate_contents FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER revocations_append_only BEFORE DELETE OR TRUNCATE ON revocations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
-- Two admins who take each other's role away at the same moment queue on the account's row; the second sees the first's result.
CREATE FUNCTION memberships_keep_an_admin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM accounts WHERE id = OLD.account_id FOR UPDATE;
  IF NOT EXISTS (
    SELECT 1 FROM memberships WHERE account_id = OLD.account_id AND role = 'admin' AND disabled_at IS NULL
  ) THEN
    RAISE EXCEPTION 'an account keeps at least one product admin'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'memberships_keep_an_admin';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER memberships_keep_an_admin_on_update AFTER UPDATE ON memberships FOR EACH ROW
  WHEN (OLD.role = 'admin' AND OLD.disabled_at IS NULL AND (NEW.role <> 'admin' OR NEW.disabled_at IS NOT NULL OR NEW.account_id <> OLD.account_id))
  EXECUTE FUNCTION memberships_keep_an_admin();--> statement-breakpoint
CREATE TRIGGER memberships_keep_an_admin_on_delete AFTER DELETE ON memberships FOR EACH ROW
  WHEN (OLD.role = 'admin' AND OLD.disabled_at IS NULL) EXECUTE FUNCTION memberships_keep_an_admin();
