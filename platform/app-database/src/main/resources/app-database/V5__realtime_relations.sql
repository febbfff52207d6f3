-- Tables that are published only because policies of live tables ask them for membership: gateways keep their rows in
-- memory and need their changes. A gateway that needs one says so again and again; one that nobody has needed for a
-- while is no longer published.
CREATE TABLE ghee.realtime_relations (
  relation oid PRIMARY KEY,
  -- What to give back: the replica identity that it had.
  replica_identity "char" NOT NULL,
  needed_at timestamptz NOT NULL DEFAULT now()
);
