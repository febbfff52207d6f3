-- The app's own users, their sessions, the codes mailed to them, and the keys that sign their access tokens.
-- Nothing here can be used by somebody who only reads it: passwords are Argon2id, tokens SHA-256, codes HMAC-SHA-256
-- with a key that is not in the database, private keys AES-256-GCM with another.

CREATE TABLE ghee.users (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    -- Trimmed and in lower case, so that the unique key means one account per mailbox.
    email           text NOT NULL CONSTRAINT users_email_key UNIQUE CHECK (length(email) BETWEEN 3 AND 254),
    email_verified  boolean NOT NULL DEFAULT false,
    -- Null for accounts that sign in without a password.
    password_hash   text,
    provider        text NOT NULL DEFAULT 'email',
    provider_uid    text,
    display_name    text,
    avatar_url      text,
    last_sign_in_at timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX users_newest ON ghee.users (created_at DESC, id DESC);

-- A session is a family of refresh tokens that descend from one sign-in. Ended by a mark rather than by deleting, so
-- that ending it and rotating one of its tokens never wait for each other in a circle.
CREATE TABLE ghee.sessions (
    id             uuid PRIMARY KEY,
    user_id        uuid NOT NULL REFERENCES ghee.users ON DELETE CASCADE,
    created_at     timestamptz NOT NULL DEFAULT now(),
    -- When the newest token of the family expires; after that nothing of it is of use.
    expires_at     timestamptz NOT NULL,
    revoked_at     timestamptz,
    revoked_reason text CHECK (revoked_reason IN ('signed_out', 'password_reset', 'token_reuse'))
);

CREATE INDEX sessions_user ON ghee.sessions (user_id);

CREATE TABLE ghee.refresh_tokens (
    token_hash      bytea PRIMARY KEY,
    session_id      uuid NOT NULL REFERENCES ghee.sessions ON DELETE CASCADE,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    -- Set once, when the token was exchanged for its only successor.
    used_at         timestamptz,
    -- With the token itself and the server's key this gives the successor again.
    successor_nonce bytea,
    CHECK ((used_at IS NULL) = (successor_nonce IS NULL))
);

CREATE INDEX refresh_tokens_session ON ghee.refresh_tokens (session_id);

-- At most one code per user and purpose: a newer one replaces the older.
CREATE TABLE ghee.one_time_codes (
    user_id         uuid NOT NULL REFERENCES ghee.users ON DELETE CASCADE,
    purpose         text NOT NULL CHECK (purpose IN ('verify_email', 'reset_password')),
    code_hash       bytea NOT NULL,
    -- A long secret that is enough on its own, for clients that know no e-mail address.
    link_hash       bytea CONSTRAINT one_time_codes_link_key UNIQUE,
    expires_at      timestamptz NOT NULL,
    used_at         timestamptz,
    -- Wrong guesses at this code.
    failures        integer NOT NULL DEFAULT 0,
    -- Wrong guesses at any code of this user and purpose since this moment; a new code does not reset them.
    recent_failures integer NOT NULL DEFAULT 0,
    failures_since  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, purpose)
);

CREATE TABLE ghee.signing_keys (
    kid                    text PRIMARY KEY CHECK (length(kid) = 16),
    public_modulus         text NOT NULL,
    public_exponent        text NOT NULL,
    -- PKCS #8, encrypted.
    private_key            text NOT NULL,
    -- The longest life of any token signed with it so far: how long it must stay known after it is retired.
    longest_token_seconds  bigint NOT NULL DEFAULT 0,
    created_at             timestamptz NOT NULL DEFAULT now(),
    -- Null for the one key that signs.
    retired_at             timestamptz,
    -- Tokens signed with it are refused from then on; null for the one key that signs.
    known_until            timestamptz,
    CHECK ((retired_at IS NULL) = (known_until IS NULL))
);

CREATE UNIQUE INDEX signing_keys_active ON ghee.signing_keys ((true)) WHERE retired_at IS NULL;
