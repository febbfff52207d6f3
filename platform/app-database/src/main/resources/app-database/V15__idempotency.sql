-- What functions have claimed, so that work which arrives twice is done once. Rows of the platform: no request role
-- sees them.
CREATE TABLE ghee.idempotency_keys (
  scope text NOT NULL,
  key text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (scope, key)
);

CREATE INDEX idempotency_keys_expires_at ON ghee.idempotency_keys (expires_at);
