-- Which tables are live. The publication and the replica identity say what really is; this says what should be.
CREATE TABLE ghee.realtime_tables (
  table_name text PRIMARY KEY,
  enabled boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- A slot reads history with the catalogue of that time: a publication made after the slot would not exist for it.
-- Changes of partitions are published as their root's, whose policies are the ones that SELECT applies.
CREATE PUBLICATION ghee_realtime WITH (publish_via_partition_root = true);

-- The gateway keeps one generated function per live table here that evaluates its policies on row images.
-- Request roles have no way in; the authenticator enters before it takes on a request role.
CREATE SCHEMA ghee_realtime;
REVOKE ALL ON SCHEMA ghee_realtime FROM PUBLIC;
GRANT USAGE ON SCHEMA ghee_realtime TO ghee_authenticator;
-- To name the row types of tables; it gives access to no table.
GRANT USAGE ON SCHEMA public TO ghee_authenticator;
