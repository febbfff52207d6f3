-- What is known of the app's objects; their bytes are in the object store, under the key.
CREATE TABLE ghee.objects (
  id uuid PRIMARY KEY,
  -- Whose it is; null for the app's own.
  user_id text,
  key text NOT NULL UNIQUE,
  -- As the sender called it; may hold slashes, which make folders.
  filename text NOT NULL,
  content_type text NOT NULL,
  -- As announced while pending, as measured when stored.
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  public boolean NOT NULL DEFAULT false,
  status text NOT NULL CHECK (status IN ('pending', 'stored')),
  etag text,
  checksum_sha256 text,
  -- Of an upload in parts that the object store knows of.
  upload_id text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  stored_at timestamptz,
  -- When a pending one is given up; null for a stored one.
  expires_at timestamptz,
  CHECK ((status = 'pending') = (expires_at IS NOT NULL))
);
CREATE INDEX objects_newest ON ghee.objects (created_at DESC, id DESC);
CREATE INDEX objects_of_user ON ghee.objects (user_id, created_at DESC, id DESC);
CREATE INDEX objects_filename ON ghee.objects (filename text_pattern_ops);
CREATE INDEX objects_pending ON ghee.objects (expires_at) WHERE status = 'pending';

-- One row, kept by the triggers below: a sum over all objects for every upload would be too slow. Who reserves locks it,
-- so that the quota holds among any number of uploads at once.
CREATE TABLE ghee.storage_usage (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  bytes bigint NOT NULL DEFAULT 0,
  files bigint NOT NULL DEFAULT 0
);
INSERT INTO ghee.storage_usage DEFAULT VALUES;

-- What has to be done outside of the database because of a change, written in the change's own transaction: bytes to be
-- deleted, events to be told.
CREATE TABLE ghee.storage_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('created', 'updated', 'deleted', 'given_up')),
  object_id uuid NOT NULL,
  key text NOT NULL,
  upload_id text,
  filename text NOT NULL,
  content_type text NOT NULL,
  size_bytes bigint NOT NULL,
  user_id text,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Who does it; one at a time, so that events keep their order. One that dies is followed by another in time.
CREATE TABLE ghee.storage_worker (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  holder uuid,
  until timestamptz NOT NULL DEFAULT '-infinity',
  -- When the object store was last compared with the table.
  compared_at timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO ghee.storage_worker DEFAULT VALUES;

CREATE FUNCTION ghee.count_objects() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE ghee.storage_usage SET bytes = bytes + coalesce((SELECT sum(size_bytes) FROM added), 0),
      files = files + (SELECT count(*) FROM added) WHERE EXISTS (SELECT FROM added);
  ELSIF TG_OP = 'DELETE' THEN
    UPDATE ghee.storage_usage SET bytes = bytes - coalesce((SELECT sum(size_bytes) FROM removed), 0),
      files = files - (SELECT count(*) FROM removed) WHERE EXISTS (SELECT FROM removed);
  ELSE
    UPDATE ghee.storage_usage SET bytes = bytes
      + (SELECT coalesce(sum(size_bytes), 0) FROM added) - (SELECT coalesce(sum(size_bytes), 0) FROM removed)
      WHERE (SELECT coalesce(sum(size_bytes), 0) FROM added)
        <> (SELECT coalesce(sum(size_bytes), 0) FROM removed);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER count_added AFTER INSERT ON ghee.objects
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ghee.count_objects();
CREATE TRIGGER count_removed AFTER DELETE ON ghee.objects
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION ghee.count_objects();
CREATE TRIGGER count_changed AFTER UPDATE ON ghee.objects
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ghee.count_objects();

CREATE FUNCTION ghee.object_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  o ghee.objects := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
  INSERT INTO ghee.storage_outbox (kind, object_id, key, upload_id, filename, content_type, size_bytes, user_id)
    VALUES (TG_ARGV[0], o.id, o.key, o.upload_id, o.filename, o.content_type, o.size_bytes, o.user_id);
  RETURN NULL;
END $$;
CREATE TRIGGER created AFTER INSERT ON ghee.objects FOR EACH ROW
  WHEN (NEW.status = 'stored') EXECUTE FUNCTION ghee.object_changed('created');
CREATE TRIGGER stored AFTER UPDATE ON ghee.objects FOR EACH ROW
  WHEN (OLD.status = 'pending' AND NEW.status = 'stored') EXECUTE FUNCTION ghee.object_changed('created');
CREATE TRIGGER updated AFTER UPDATE ON ghee.objects FOR EACH ROW
  WHEN (OLD.status = 'stored' AND (OLD.filename, OLD.content_type, OLD.public, OLD.user_id)
    IS DISTINCT FROM (NEW.filename, NEW.content_type, NEW.public, NEW.user_id))
  EXECUTE FUNCTION ghee.object_changed('updated');
CREATE TRIGGER deleted AFTER DELETE ON ghee.objects FOR EACH ROW
  WHEN (OLD.status = 'stored') EXECUTE FUNCTION ghee.object_changed('deleted');
CREATE TRIGGER given_up AFTER DELETE ON ghee.objects FOR EACH ROW
  WHEN (OLD.status = 'pending') EXECUTE FUNCTION ghee.object_changed('given_up');

-- Reserves what fits, in the given order, and says for each whether it did, and what is used with it.
CREATE FUNCTION ghee.reserve_objects(ids uuid[], users text[], keys text[], filenames text[], types text[],
    sizes bigint[], publics boolean[], uploads text[], lifetimes double precision[], limits bigint[])
  RETURNS TABLE (accepted boolean, used_bytes bigint, used_files bigint, made_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
  used ghee.storage_usage;
  fits boolean[] := '{}';
  now timestamptz;
BEGIN
  SELECT * INTO used FROM ghee.storage_usage FOR UPDATE;
  now := clock_timestamp();
  FOR i IN 1 .. cardinality(ids) LOOP
    accepted := used.bytes + sizes[i] <= limits[i];
    IF accepted THEN
      used.bytes := used.bytes + sizes[i];
      used.files := used.files + 1;
    END IF;
    fits := fits || accepted;
    used_bytes := used.bytes;
    used_files := used.files;
    made_at := now;
    RETURN NEXT;
  END LOOP;
  INSERT INTO ghee.objects (id, user_id, key, filename, content_type, size_bytes, public, status, upload_id, created_at,
      expires_at)
    SELECT a.id, a.user_id, a.key, a.filename, a.type, a.size, a.public, 'pending', a.upload, now,
           now + make_interval(secs => a.lifetime)
      FROM unnest(ids, users, keys, filenames, types, sizes, publics, uploads, lifetimes, fits)
        AS a(id, user_id, key, filename, type, size, public, upload, lifetime, fits)
     WHERE a.fits;
END $$;
