-- One row per function with a schedule. Whoever moves due_at on has the tick, and nobody else has.
CREATE TABLE ghee.cron_runs (
  function_id uuid PRIMARY KEY REFERENCES ghee.functions (id) ON DELETE CASCADE,
  -- With its time zone; another one begins anew, so that ticks of before it do not count as missed.
  schedule text NOT NULL,
  due_at timestamptz NOT NULL,
  -- Of the newest run; run_at is the tick that it was for.
  run_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  status integer,
  error text
);

-- What was accepted in the last 24 hours, by SHA-256.
CREATE TABLE ghee.webhook_deliveries (
  function_id uuid NOT NULL REFERENCES ghee.functions (id) ON DELETE CASCADE,
  delivery bytea NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (function_id, delivery)
);
CREATE INDEX webhook_deliveries_age ON ghee.webhook_deliveries (received_at);

-- A message stays until a function has taken it, or is dead after too many attempts. While it is leased, available_at is
-- when the lease ends: whoever died with it has not lost it.
CREATE TABLE ghee.queue_messages (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  queue text NOT NULL,
  body text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  leased boolean NOT NULL DEFAULT false,
  dead boolean NOT NULL DEFAULT false,
  available_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_error text
);
CREATE INDEX queue_messages_due ON ghee.queue_messages (queue, available_at, id) WHERE NOT dead;
CREATE INDEX queue_messages_leased ON ghee.queue_messages (queue, available_at) WHERE leased;
CREATE INDEX queue_messages_dead ON ghee.queue_messages (queue, id) WHERE dead;
