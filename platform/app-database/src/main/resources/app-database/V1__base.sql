-- Who may do what in an app's database. User tables live in public; the platform's own tables in ghee, which no
-- request role may even look into.

REVOKE ALL ON SCHEMA ghee FROM PUBLIC;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO butterbase_anon, butterbase_user, butterbase_service;

-- Tables that schema apply makes. butterbase_anon gets its rights when a table gets row-level security.
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO butterbase_user, butterbase_service;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO butterbase_anon, butterbase_user, butterbase_service;

-- The user that the request's transaction acts for, as text; null for everyone who is not an end user.
CREATE FUNCTION public.current_user_id() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('request.jwt.claim.sub', true), '') $$;
