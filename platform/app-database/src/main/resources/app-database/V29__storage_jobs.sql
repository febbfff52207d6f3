-- Work on many objects. A batch moves the row on in its own transaction, so whoever finds a running job goes on with it.
CREATE TABLE ghee.storage_jobs (
  id uuid PRIMARY KEY,
  -- Whose objects are meant; null for everybody's.
  user_id text,
  -- Of their filenames.
  prefix text NOT NULL,
  state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done')),
  deleted bigint NOT NULL DEFAULT 0,
  -- Objects of later are not meant.
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz
);
CREATE INDEX storage_jobs_running ON ghee.storage_jobs (changed_at) WHERE state = 'running';
