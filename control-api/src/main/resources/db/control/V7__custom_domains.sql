-- Names of their own under which apps are served. Any number of apps may claim a name; one holds it, and only for as
-- long as it can be shown that whoever controls the name wants that.
CREATE TABLE custom_domain (
  id            uuid PRIMARY KEY,
  app_id        text NOT NULL REFERENCES app (id) ON DELETE CASCADE,
  hostname      text NOT NULL CHECK (length(hostname) BETWEEN 3 AND 253),
  method        text NOT NULL CHECK (method IN ('HTTP', 'TXT')),
  -- To be published by whoever controls the name; no secret.
  token         text NOT NULL,
  status        text NOT NULL CHECK (status IN ('PENDING', 'ACTIVE', 'FAILED')),
  -- Why the last check failed, for the owner to read.
  error         text,
  failing_since timestamptz,
  checked_at    timestamptz,
  next_check_at timestamptz NOT NULL DEFAULT now(),
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  UNIQUE (app_id, hostname)
);
CREATE UNIQUE INDEX custom_domain_holder ON custom_domain (hostname) WHERE status = 'ACTIVE';
CREATE INDEX custom_domain_due ON custom_domain (next_check_at) WHERE status <> 'FAILED';

-- The names that an app holds, as the other services are told.
ALTER TABLE app ADD COLUMN custom_domains text NOT NULL DEFAULT '[]';
