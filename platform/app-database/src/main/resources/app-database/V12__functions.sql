-- What the app has deployed. A deleted function stays as a row, so that its log can still be read for as long as it is
-- kept; its name is free again.
CREATE TABLE ghee.functions (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  description text,
  -- The version in force: the newest, or an older one after a rollback.
  version integer NOT NULL,
  -- Grows when the function's environment changes, or the app's.
  env_revision bigint NOT NULL DEFAULT 0,
  -- [{"type", "config", "enabled"}]; a webhook's secret is sealed with the installation's key.
  triggers jsonb NOT NULL,
  agent_tool boolean NOT NULL DEFAULT false,
  agent_tool_description text,
  agent_tool_mode text NOT NULL DEFAULT 'read_only',
  agent_tool_exposed_to text NOT NULL DEFAULT 'developer_only',
  allow_service_key_impersonation boolean NOT NULL DEFAULT true,
  allow_as_service boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  deployed_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE UNIQUE INDEX functions_name ON ghee.functions (name) WHERE deleted_at IS NULL;
CREATE INDEX functions_deleted ON ghee.functions (name, deleted_at DESC) WHERE deleted_at IS NOT NULL;

-- Versions never change. Files are as the developer sent them; modules are what runs.
CREATE TABLE ghee.function_versions (
  function_id uuid NOT NULL REFERENCES ghee.functions (id) ON DELETE CASCADE,
  version integer NOT NULL,
  entry text NOT NULL,
  files jsonb NOT NULL,
  modules jsonb NOT NULL,
  source_maps jsonb NOT NULL,
  timeout_ms integer NOT NULL,
  memory_mb integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (function_id, version)
);

-- Sealed with the installation's key. The app's own environment, which all its functions see, is under the nil id.
CREATE TABLE ghee.function_env (
  function_id uuid NOT NULL,
  key text NOT NULL,
  sealed text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (function_id, key)
);

-- Kept for seven days. Under load not every call has a row; the counters below know them all.
CREATE TABLE ghee.function_invocations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  function_id uuid NOT NULL,
  at timestamptz NOT NULL,
  version integer NOT NULL,
  trigger text NOT NULL,
  method text,
  path text,
  status integer,
  duration_ms double precision NOT NULL,
  cpu_ms double precision,
  memory_bytes bigint,
  cold_start boolean NOT NULL,
  error text,
  stack text,
  console jsonb NOT NULL,
  request_id text
);
CREATE INDEX function_invocations_of ON ghee.function_invocations (function_id, id DESC);
CREATE INDEX function_invocations_at ON ghee.function_invocations (at);

-- One row per function and hour, and one with the sum of all time: what lists show, without counting calls.
CREATE TABLE ghee.function_hours (
  function_id uuid NOT NULL,
  hour timestamptz NOT NULL,
  calls bigint NOT NULL,
  errors bigint NOT NULL,
  cold_starts bigint NOT NULL,
  duration_ms double precision NOT NULL,
  cpu_ms double precision NOT NULL,
  PRIMARY KEY (function_id, hour)
);
CREATE TABLE ghee.function_totals (
  function_id uuid PRIMARY KEY,
  calls bigint NOT NULL,
  errors bigint NOT NULL,
  cold_starts bigint NOT NULL,
  duration_ms double precision NOT NULL,
  cpu_ms double precision NOT NULL,
  last_at timestamptz NOT NULL,
  last_status integer
);
