-- Which keys of the key-value store callers without an API key may read and write. The values are in Valkey; who may see
-- them must outlive it.
CREATE TABLE ghee.kv_expose_rules (
    pattern    text PRIMARY KEY CHECK (length(pattern) BETWEEN 1 AND 512),
    read_role  text NOT NULL CHECK (read_role IN ('public', 'authed', 'owner', 'deny')),
    write_role text NOT NULL CHECK (write_role IN ('public', 'authed', 'owner', 'deny')),
    -- Among patterns with literal beginnings of the same length, the lower one decides.
    position   integer NOT NULL
);
