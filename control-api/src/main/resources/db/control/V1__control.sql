-- Who owns apps.
CREATE TABLE platform_user (
  id         uuid PRIMARY KEY,
  email      text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organization (
  id                uuid PRIMARY KEY,
  name              text NOT NULL,
  personal_owner_id uuid UNIQUE REFERENCES platform_user (id),
  created_at        timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organization_member (
  organization_id uuid NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  user_id         uuid NOT NULL REFERENCES platform_user (id) ON DELETE CASCADE,
  role            text NOT NULL CHECK (role IN ('owner', 'member')),
  PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX organization_member_user ON organization_member (user_id);

CREATE TABLE app (
  id                     text PRIMARY KEY,
  revision               bigint NOT NULL,
  name                   text NOT NULL,
  subdomain              text NOT NULL,
  owner_id               uuid NOT NULL REFERENCES platform_user (id),
  organization_id        uuid NOT NULL REFERENCES organization (id),
  region                 text NOT NULL,
  status                 text NOT NULL
    CHECK (status IN ('PROVISIONING', 'READY', 'FAILED', 'MIGRATING', 'DELETING')),
  provisioning_error     text,
  access_mode            text NOT NULL CHECK (access_mode IN ('PUBLIC', 'AUTHENTICATED')),
  visibility             text NOT NULL CHECK (visibility IN ('PRIVATE', 'PUBLIC')),
  listed                 boolean NOT NULL,
  strict_rls             boolean NOT NULL,
  anon_key               text NOT NULL,
  allowed_origins        text NOT NULL,
  jwks                   text NOT NULL,
  paused_at              timestamptz,
  paused_reason          text,
  access_token_ttl       text NOT NULL,
  refresh_token_ttl_days integer NOT NULL CHECK (refresh_token_ttl_days > 0),
  max_file_size_mb       integer NOT NULL,
  storage_limit_bytes    bigint,
  public_read_enabled    boolean NOT NULL,
  allowed_content_types  text NOT NULL,
  requests_per_minute    integer,
  created_at             timestamptz NOT NULL,
  updated_at             timestamptz NOT NULL
);
-- A name is free again as soon as its app is on its way out.
CREATE UNIQUE INDEX app_owner_name ON app (owner_id, name) WHERE status <> 'DELETING';
CREATE UNIQUE INDEX app_subdomain ON app (subdomain) WHERE status <> 'DELETING';
CREATE INDEX app_organization ON app (organization_id);
CREATE INDEX app_unsettled ON app (status) WHERE status IN ('PROVISIONING', 'DELETING');

CREATE TABLE api_key (
  id              uuid PRIMARY KEY,
  revision        bigint NOT NULL,
  sha256          text NOT NULL UNIQUE,
  prefix          text NOT NULL,
  name            text NOT NULL,
  owner_id        uuid NOT NULL REFERENCES platform_user (id),
  organization_id uuid NOT NULL REFERENCES organization (id),
  scopes          text NOT NULL,
  revoked_at      timestamptz,
  expires_at      timestamptz,
  last_used_at    timestamptz,
  created_at      timestamptz NOT NULL
);
CREATE INDEX api_key_organization ON api_key (organization_id);

-- The newest state of every app and key, as it is or will be on Kafka. A change writes here in its own transaction;
-- the relay publishes what is not yet published. A null payload is a tombstone.
CREATE SEQUENCE state_outbox_position;
CREATE TABLE state_outbox (
  topic     text NOT NULL,
  key       text NOT NULL,
  revision  bigint NOT NULL,
  payload   text,
  position  bigint NOT NULL DEFAULT nextval('state_outbox_position'),
  published boolean NOT NULL DEFAULT false,
  PRIMARY KEY (topic, key)
);
CREATE INDEX state_outbox_pending ON state_outbox (position) WHERE NOT published;

CREATE TABLE audit_log (
  id             uuid PRIMARY KEY,
  app_id         text NOT NULL,
  category       text NOT NULL,
  event_type     text NOT NULL,
  action         text NOT NULL,
  resource_type  text NOT NULL,
  resource_id    text,
  actor_type     text NOT NULL,
  actor_id       text,
  event_data     jsonb,
  ip_address     text,
  user_agent     text,
  success        boolean NOT NULL,
  error_message  text,
  correlation_id text,
  created_at     timestamptz NOT NULL
);
CREATE INDEX audit_log_app ON audit_log (app_id, created_at DESC, id);
CREATE INDEX audit_log_age ON audit_log (created_at);
