-- Programs that people may give a key to. Anybody may register one: nothing here is to be believed.
CREATE TABLE oauth_client (
  id            text PRIMARY KEY,
  name          text NOT NULL,
  redirect_uris jsonb NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now()
);

-- A program that asks for a key, what somebody decided, and the code that was given for it.
CREATE TABLE oauth_request (
  state_hash      bytea PRIMARY KEY,
  client_id       text NOT NULL REFERENCES oauth_client (id) ON DELETE CASCADE,
  redirect_uri    text NOT NULL,
  code_challenge  text NOT NULL,
  scope           text NOT NULL,
  client_state    text,
  expires_at      timestamptz NOT NULL,
  decided_at      timestamptz,
  code_hash       bytea UNIQUE,
  code_expires_at timestamptz,
  user_id         uuid REFERENCES platform_user (id) ON DELETE CASCADE,
  user_email      text,
  -- The key to make, as the body of POST /api-keys.
  wanted_key      text,
  used_at         timestamptz,
  replayed_at     timestamptz,
  key_id          uuid
);
CREATE INDEX oauth_request_age ON oauth_request (expires_at);

-- A program without a browser that asks for a key; somebody types its code elsewhere.
CREATE TABLE device_login (
  device_hash      bytea PRIMARY KEY,
  code_mac         bytea NOT NULL UNIQUE,
  client_id        text NOT NULL,
  client_name      text NOT NULL,
  scope            text NOT NULL,
  client_address   text,
  interval_seconds integer NOT NULL,
  polled_at        timestamptz,
  expires_at       timestamptz NOT NULL,
  created_at       timestamptz NOT NULL DEFAULT now(),
  decided_at       timestamptz,
  approved         boolean,
  user_id          uuid REFERENCES platform_user (id) ON DELETE CASCADE,
  user_email       text,
  wanted_key       text,
  taken_at         timestamptz
);
CREATE INDEX device_login_age ON device_login (expires_at);

-- How the hosted sign-in pages of an app look.
ALTER TABLE app ADD COLUMN sign_in_theme text NOT NULL DEFAULT '{}';
