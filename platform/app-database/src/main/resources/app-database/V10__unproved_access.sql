-- Somebody has proved to read the mailbox of an account whose address nobody had proved before. Whatever else opens the
-- account may be of somebody who made it with that address and waited: it goes, second factors included, which would
-- keep the mailbox's owner out. Sessions and passwords are the caller's. Always true.
--
-- Some of the tables come with later migrations.
CREATE FUNCTION ghee.forget_unproved(account uuid) RETURNS boolean
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  held text;
BEGIN
  FOREACH held IN ARRAY ARRAY['identities', 'identity_tickets', 'oauth_flows', 'totp_factors', 'passkeys',
                              'passkey_challenges', 'sign_in_challenges', 'account_upgrades'] LOOP
    IF to_regclass('ghee.' || held) IS NOT NULL THEN
      EXECUTE format('DELETE FROM ghee.%I WHERE user_id = $1', held) USING account;
    END IF;
  END LOOP;
  RETURN true;
END
$$;

-- Gives such an account to the mailbox's owner. Gives the sessions that ended; null when the account is not as expected.
CREATE FUNCTION ghee.reclaim_user(account uuid, address text) RETURNS uuid[]
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  ended uuid[];
BEGIN
  UPDATE ghee.users SET email_verified = true, password_hash = NULL, updated_at = now()
  WHERE id = account AND email = address AND NOT email_verified;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  PERFORM ghee.forget_unproved(account);
  DELETE FROM ghee.one_time_codes WHERE user_id = account;
  WITH gone AS (
    UPDATE ghee.sessions SET revoked_at = now(), revoked_reason = 'account_reclaimed'
    WHERE user_id = account AND revoked_at IS NULL
    RETURNING id)
  SELECT coalesce(array_agg(id), '{}') INTO ended FROM gone;
  RETURN ended;
END
$$;

-- Takes an identity away unless nothing else, a passkey included, would be left to sign in with. One at a time per user,
-- so that two who take the last two away at once do not both succeed. Gives: gone, last, unknown.
CREATE FUNCTION ghee.unlink_identity(account uuid, identity uuid) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  other_way boolean;
BEGIN
  SELECT password_hash IS NOT NULL INTO other_way FROM ghee.users WHERE id = account FOR UPDATE;
  IF NOT FOUND OR NOT EXISTS (SELECT FROM ghee.identities WHERE id = identity AND user_id = account) THEN
    RETURN 'unknown';
  END IF;
  other_way := other_way OR EXISTS (SELECT FROM ghee.identities WHERE user_id = account AND id <> identity);
  IF NOT other_way AND to_regclass('ghee.passkeys') IS NOT NULL THEN
    EXECUTE 'SELECT EXISTS (SELECT FROM ghee.passkeys WHERE user_id = $1)' INTO other_way USING account;
  END IF;
  IF NOT other_way THEN
    RETURN 'last';
  END IF;
  DELETE FROM ghee.identities WHERE id = identity;
  RETURN 'gone';
END
$$;
