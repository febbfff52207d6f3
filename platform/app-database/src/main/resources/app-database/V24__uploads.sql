-- Objects that come in several requests through us. Each belongs to a pending row of ghee.objects, which holds its room,
-- its upload in the object store, and the time at which it is given up. Without that row it is over.
CREATE TABLE ghee.uploads (
  -- The object's.
  id uuid PRIMARY KEY,
  s3_key text NOT NULL,
  -- In the object store; null for an empty object.
  s3_upload_id text,
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  part_bytes integer NOT NULL CHECK (part_bytes > 0),
  -- As the client sent it, to be told it again.
  metadata text NOT NULL,
  -- What is safe in the object store: the parts, then the tail.
  offset_bytes bigint NOT NULL DEFAULT 0,
  -- Grows with every request that brings bytes. One that finds another number here has been overtaken.
  epoch bigint NOT NULL DEFAULT 0,
  -- True from a request's first byte to its orderly end.
  busy boolean NOT NULL DEFAULT false,
  next_part integer NOT NULL DEFAULT 1,
  -- Bytes after the last part, too few for one.
  tail_key text,
  tail_bytes integer NOT NULL DEFAULT 0,
  -- State of SHA-256 after offset_bytes.
  sha256_state bytea,
  changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX uploads_age ON ghee.uploads (changed_at);

CREATE TABLE ghee.upload_parts (
  upload_id uuid NOT NULL REFERENCES ghee.uploads (id) ON DELETE CASCADE,
  number integer NOT NULL,
  etag text NOT NULL,
  size_bytes integer NOT NULL,
  PRIMARY KEY (upload_id, number)
);
