-- Ways to sign in beside the password, and second factors. As before, nothing here can be used by somebody who only
-- reads it: codes and links are MACs, challenges SHA-256, TOTP secrets AES-256-GCM with a key that is not here.

-- By address rather than by user: an account begins when the first code is shown, not when it is asked for.
CREATE TABLE ghee.magic_codes (
    email           text PRIMARY KEY CHECK (length(email) BETWEEN 3 AND 254),
    code_hash       bytea NOT NULL,
    link_hash       bytea NOT NULL CONSTRAINT magic_codes_link_key UNIQUE,
    expires_at      timestamptz NOT NULL,
    used_at         timestamptz,
    -- As in one_time_codes: of this code, and of any code of this address within a day.
    failures        integer NOT NULL DEFAULT 0,
    recent_failures integer NOT NULL DEFAULT 0,
    failures_since  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX magic_codes_expiry ON ghee.magic_codes (expires_at);

-- The address and password that an anonymous user wants, until it has shown that it reads mail there.
CREATE TABLE ghee.account_upgrades (
    user_id       uuid PRIMARY KEY REFERENCES ghee.users ON DELETE CASCADE,
    email         text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    password_hash text NOT NULL,
    code_hash     bytea NOT NULL,
    expires_at    timestamptz NOT NULL,
    failures      integer NOT NULL DEFAULT 0
);

CREATE TABLE ghee.totp_factors (
    user_id        uuid PRIMARY KEY REFERENCES ghee.users ON DELETE CASCADE,
    secret         text NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    -- Null until the first code was right; until then it protects nothing.
    confirmed_at   timestamptz,
    -- The time step of the newest code that was accepted; that code and older ones are not accepted any more.
    last_step      bigint NOT NULL DEFAULT 0,
    -- Attempts since this moment, counted before they are checked; a right one sets them to zero.
    attempts       integer NOT NULL DEFAULT 0,
    attempts_since timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ghee.recovery_codes (
    user_id   uuid NOT NULL REFERENCES ghee.totp_factors ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    used_at   timestamptz,
    PRIMARY KEY (user_id, code_hash)
);

-- Somebody has shown a first factor and owes the second.
CREATE TABLE ghee.sign_in_challenges (
    token_hash    bytea PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES ghee.users ON DELETE CASCADE,
    -- What the first factor was.
    method        text NOT NULL CHECK (length(method) <= 40),
    -- The password hash that was checked, and the one to replace it with.
    checked_hash  text,
    renewed_hash  text,
    expires_at    timestamptz NOT NULL,
    used_at       timestamptz
);

CREATE INDEX sign_in_challenges_user ON ghee.sign_in_challenges (user_id);

CREATE TABLE ghee.passkeys (
    id            uuid PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES ghee.users ON DELETE CASCADE,
    credential_id bytea NOT NULL CONSTRAINT passkeys_credential_key UNIQUE CHECK (length(credential_id) <= 1023),
    -- CBOR: authenticator id, credential id and public key.
    credential    bytea NOT NULL,
    -- Grows with every use where the authenticator counts; a smaller one means a copy of the key.
    sign_count    bigint NOT NULL,
    -- Whether the key may be, and is, copied to other devices of its owner.
    backup_eligible boolean NOT NULL,
    backed_up     boolean NOT NULL,
    transports    text[] NOT NULL DEFAULT '{}',
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    created_at    timestamptz NOT NULL DEFAULT now(),
    last_used_at  timestamptz
);

CREATE INDEX passkeys_user ON ghee.passkeys (user_id);

CREATE TABLE ghee.passkey_challenges (
    challenge  bytea PRIMARY KEY,
    -- Null for signing in: nobody knows yet who it will be.
    user_id    uuid REFERENCES ghee.users ON DELETE CASCADE,
    -- The page that asked, such as https://example.com; its answer has to come from the same one.
    origin     text NOT NULL CHECK (length(origin) <= 300),
    expires_at timestamptz NOT NULL
);

CREATE INDEX passkey_challenges_expiry ON ghee.passkey_challenges (expires_at);

-- Ways to sign in that an app has to turn on; one row at most, none for the defaults.
CREATE TABLE ghee.sign_in_methods (
    id        boolean PRIMARY KEY DEFAULT true CHECK (id),
    anonymous boolean NOT NULL DEFAULT false
);
