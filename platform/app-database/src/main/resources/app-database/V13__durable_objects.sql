-- Classes of durable objects. Their storage lies on the node that runs them and in the object store, not here.
CREATE TABLE ghee.durable_objects (
    -- Names the storage, too: a class that is deleted and deployed again starts empty.
    id               uuid PRIMARY KEY,
    name             text NOT NULL CONSTRAINT durable_objects_name_key UNIQUE CHECK (length(name) <= 63),
    class_name       text NOT NULL,
    access_mode      text NOT NULL CHECK (access_mode IN ('public', 'authenticated', 'service_key')),
    status           text NOT NULL CHECK (status IN ('PENDING', 'BUILDING', 'READY', 'ERROR', 'SUPERSEDED')),
    error_message    text,
    code             text NOT NULL,
    -- What runs: the last deploy that could be loaded, compiled. Null until one could.
    module           text,
    module_class_name text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    last_deployed_at timestamptz NOT NULL DEFAULT now()
);

-- Values are sealed with the installation's encryption key.
CREATE TABLE ghee.durable_object_env (
    key        text PRIMARY KEY CHECK (length(key) <= 128),
    sealed     text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ghee.durable_object_usage (
    month    date PRIMARY KEY,
    requests bigint NOT NULL,
    cpu_ms   bigint NOT NULL
);

-- Which node runs the app's objects; one row.
CREATE TABLE ghee.durable_object_place (
    id         boolean PRIMARY KEY DEFAULT true CHECK (id),
    -- Grows with every change of what has to run.
    revision   bigint NOT NULL DEFAULT 0,
    -- Grows whenever another node takes over; storage and snapshots carry it, so that old ones are known for such.
    epoch      bigint NOT NULL DEFAULT 0,
    -- The node's storage, where others reach it, and until when nobody else may take over.
    holder     text,
    address    text,
    held_until timestamptz NOT NULL DEFAULT '-infinity'
);

INSERT INTO ghee.durable_object_place DEFAULT VALUES;
