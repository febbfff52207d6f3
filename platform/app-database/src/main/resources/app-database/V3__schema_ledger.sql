-- What has been done to the app's own tables, and what row-level security needs to be there before the first policy.

CREATE TABLE ghee.migrations (
  id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  description text NOT NULL,
  applied_sql text NOT NULL,
  applied_at  timestamptz NOT NULL DEFAULT now()
);

-- Tables whose rows a clone of the app gets too.
CREATE TABLE ghee.seed_tables (
  table_name text PRIMARY KEY
);

-- Trigger of user isolation: a row that a signed-in user inserts belongs to that user, whatever the client sent. Its
-- argument is the name of the column. Keyed on the real role and not on a setting, so that rows which the platform
-- loads as the owner keep their values. The search path is pinned, so no table or function can be slipped in.
CREATE FUNCTION ghee.set_user_id() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  IF current_user = 'butterbase_user' THEN
    NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], public.current_user_id()));
  END IF;
  RETURN NEW;
END
$$;
