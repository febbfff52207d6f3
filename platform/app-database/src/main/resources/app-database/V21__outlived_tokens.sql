-- A refresh deletes the session's tokens that have expired. A session that is refreshed for weeks has thousands of
-- tokens that have not: only the date tells them apart.
CREATE INDEX refresh_tokens_outlived ON ghee.refresh_tokens (session_id, expires_at);
DROP INDEX ghee.refresh_tokens_session;
