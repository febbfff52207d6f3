-- Accounts that administrators have suspended: nobody signs in to them, and their sessions have ended.
ALTER TABLE ghee.users
  ADD COLUMN banned_until timestamptz,
  ADD COLUMN ban_reason   text CHECK (length(ban_reason) <= 500);

-- For exports, which go from the oldest user to the newest.
CREATE INDEX users_oldest ON ghee.users (created_at, id);
