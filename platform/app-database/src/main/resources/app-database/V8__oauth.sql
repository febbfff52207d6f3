-- Sign-in with other providers: how an app reaches them, whom they vouch for, and flows under way.

-- Here and not in the control database, because an app is its database: what its users sign in with moves, is backed up
-- and is deleted together with them. Client secrets and private keys are AES-256-GCM with a key that is not here.
CREATE TABLE ghee.oauth_providers (
    provider          text PRIMARY KEY CHECK (provider ~ '^[a-z0-9][a-z0-9_-]{0,31}$'),
    id                uuid NOT NULL DEFAULT gen_random_uuid(),
    client_id         text NOT NULL,
    -- Null where the secret is made from the metadata for each call.
    client_secret     text,
    redirect_uris     text[] NOT NULL CHECK (cardinality(redirect_uris) BETWEEN 1 AND 20),
    -- Null: the provider's usual ones.
    scopes            text[],
    authorization_url text,
    token_url         text,
    userinfo_url      text,
    issuer            text,
    -- A JSON object as a whole, as it may hold keys; null when there is none.
    metadata          text,
    enabled           boolean NOT NULL DEFAULT true,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ghee.identities (
    provider        text NOT NULL,
    -- The user's id at the provider; never an address or a name, which can change hands.
    subject         text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    id              uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    user_id         uuid NOT NULL REFERENCES ghee.users ON DELETE CASCADE,
    -- As the provider said at the newest sign-in; need not be the user's own.
    email           text CHECK (length(email) <= 254),
    email_verified  boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL DEFAULT now(),
    last_sign_in_at timestamptz,
    PRIMARY KEY (provider, subject)
);

CREATE INDEX identities_user ON ghee.identities (user_id);

INSERT INTO ghee.identities (provider, subject, user_id, email, email_verified)
SELECT DISTINCT ON (provider, provider_uid) provider, provider_uid, id, email, email_verified FROM ghee.users
WHERE provider <> 'email' AND length(provider_uid) BETWEEN 1 AND 255
ORDER BY provider, provider_uid, created_at;

-- A sign-in between leaving for a provider and coming back: one use, ten minutes.
CREATE TABLE ghee.oauth_flows (
    -- SHA-256 of the state that travels.
    state_hash   bytea PRIMARY KEY,
    provider     text NOT NULL,
    redirect_uri text NOT NULL,
    redirect_to  text,
    -- SHA-256 of the cookie of the browser that began; null where no cookie can come back.
    browser_hash bytea,
    -- Of the user who wants to link an identity; null for a sign-in.
    user_id      uuid REFERENCES ghee.users ON DELETE CASCADE,
    session_id   uuid,
    expires_at   timestamptz NOT NULL
);

CREATE INDEX oauth_flows_age ON ghee.oauth_flows (expires_at);

-- An identity that a provider vouched for and that its user has still to confirm.
CREATE TABLE ghee.identity_tickets (
    ticket_hash    bytea PRIMARY KEY,
    -- Null in a ticket that begins a link and has no identity yet.
    subject        text,
    provider       text NOT NULL,
    user_id        uuid NOT NULL REFERENCES ghee.users ON DELETE CASCADE,
    session_id     uuid NOT NULL,
    email          text,
    email_verified boolean NOT NULL DEFAULT false,
    expires_at     timestamptz NOT NULL
);

CREATE INDEX identity_tickets_age ON ghee.identity_tickets (expires_at);
