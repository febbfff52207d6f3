-- Deployments of the app's site. At most one is READY: that one is served.
CREATE TABLE ghee.deployments (
  id uuid PRIMARY KEY,
  framework text NOT NULL,
  -- ZIP: a finished site was uploaded; BUILD: made here from source.
  source text NOT NULL,
  status text NOT NULL DEFAULT 'WAITING',
  error text,
  file_count integer,
  total_bytes bigint,
  build_config jsonb,
  -- Whoever works on it renews this; once it has passed, another process may take over.
  lease_until timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  superseded_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deployments_newest ON ghee.deployments (created_at DESC, id DESC);
CREATE INDEX deployments_live ON ghee.deployments (id) WHERE status = 'READY';
CREATE INDEX deployments_former ON ghee.deployments (superseded_at DESC) WHERE status = 'SUPERSEDED';
CREATE INDEX deployments_unfinished ON ghee.deployments (created_at)
  WHERE status IN ('WAITING', 'UPLOADING', 'BUILDING');

-- What files hold, each content once for all deployments of the app. The bytes are in the object store, under a key
-- that is never used again, so that deleting an old content cannot hit a new one.
CREATE TABLE ghee.site_contents (
  sha256 bytea PRIMARY KEY,
  object_key text NOT NULL,
  size_bytes bigint NOT NULL,
  -- Lengths of the compressed forms; 0 when there is none.
  gzip_bytes bigint NOT NULL DEFAULT 0,
  brotli_bytes bigint NOT NULL DEFAULT 0,
  -- Whether the bytes are known to be in the store.
  stored boolean NOT NULL DEFAULT false,
  -- A deployment that is being made has said that it will need this.
  touched_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ghee.deployment_files (
  deployment_id uuid NOT NULL REFERENCES ghee.deployments (id) ON DELETE CASCADE,
  path text NOT NULL,
  sha256 bytea NOT NULL REFERENCES ghee.site_contents (sha256),
  PRIMARY KEY (deployment_id, path)
);
CREATE INDEX deployment_files_content ON ghee.deployment_files (sha256);

-- Keys that nothing refers to any more; their bytes are still to be deleted.
CREATE TABLE ghee.site_garbage (
  object_key text PRIMARY KEY,
  since timestamptz NOT NULL DEFAULT now()
);

-- What builds of the site see. Values are sealed with the installation's key.
CREATE TABLE ghee.frontend_env (
  key text PRIMARY KEY,
  sealed text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
