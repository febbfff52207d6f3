-- What a member may do. Until now every member could do everything with the organisation's apps.
ALTER TABLE organization_member DROP CONSTRAINT organization_member_role_check;
UPDATE organization_member SET role = 'admin' WHERE role = 'member';
ALTER TABLE organization_member ADD CONSTRAINT organization_member_role_check
  CHECK (role IN ('owner', 'admin', 'developer', 'viewer'));
ALTER TABLE organization_member ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();

CREATE TABLE organization_invitation (
  id              uuid PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  email           text NOT NULL,
  role            text NOT NULL CHECK (role IN ('owner', 'admin', 'developer', 'viewer')),
  token_hash      bytea NOT NULL UNIQUE,
  invited_by      uuid NOT NULL REFERENCES platform_user (id),
  expires_at      timestamptz NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, email)
);

-- People who sign in with a password here. Others come with tokens of another issuer and have no row.
CREATE TABLE platform_account (
  user_id         uuid PRIMARY KEY REFERENCES platform_user (id) ON DELETE CASCADE,
  email           text NOT NULL UNIQUE,
  password_hash   text NOT NULL,
  last_sign_in_at timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now()
);

-- What waits for a mailed code. The code works only together with a secret that whoever asked for it was given, so a
-- code that a stranger caused to be sent is of no use to anybody. A sign-up keeps its password here: an address that
-- nobody has proved has no account.
CREATE TABLE platform_pending (
  secret_hash   bytea PRIMARY KEY,
  purpose       text NOT NULL CHECK (purpose IN ('sign_up', 'reset')),
  email         text NOT NULL,
  password_hash text,
  -- Null when no code was sent: then none fits.
  code_mac      bytea,
  attempts      integer NOT NULL DEFAULT 0,
  expires_at    timestamptz NOT NULL
);
CREATE INDEX platform_pending_age ON platform_pending (expires_at);

CREATE TABLE platform_session (
  id             uuid PRIMARY KEY,
  user_id        uuid NOT NULL REFERENCES platform_account (user_id) ON DELETE CASCADE,
  kind           text NOT NULL CHECK (kind IN ('token', 'browser')),
  client_address text,
  user_agent     text,
  created_at     timestamptz NOT NULL DEFAULT now(),
  last_used_at   timestamptz NOT NULL DEFAULT now(),
  expires_at     timestamptz NOT NULL,
  revoked_at     timestamptz
);
CREATE INDEX platform_session_user ON platform_session (user_id);
CREATE INDEX platform_session_age ON platform_session (expires_at);

-- Refresh tokens, and the one token of a browser's session.
CREATE TABLE platform_session_token (
  token_hash      bytea PRIMARY KEY,
  session_id      uuid NOT NULL REFERENCES platform_session (id) ON DELETE CASCADE,
  used_at         timestamptz,
  successor_nonce bytea
);
CREATE INDEX platform_session_token_session ON platform_session_token (session_id);

-- Calls per window, shared by all processes.
CREATE TABLE platform_attempt (
  key         text PRIMARY KEY,
  window_ends timestamptz NOT NULL,
  calls       integer NOT NULL
);
CREATE INDEX platform_attempt_age ON platform_attempt (window_ends);
