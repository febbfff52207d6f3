-- One row: the epoch of the app's replication slot. It is raised before a slot is created, never after, so that whoever
-- finds a slot finds an epoch that no earlier slot had. Epochs are milliseconds of the clock, or one more than the last,
-- so that a restored database does not use one again.
CREATE TABLE ghee.realtime_stream (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  epoch bigint NOT NULL
);
