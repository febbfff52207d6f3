-- How a session began and where it is used, claims of a user's own, users without an address, and other kinds of keys.

ALTER TABLE ghee.sessions
  -- What proved the person, in the order of proving: pwd, mail, oauth, passkey, anonymous, otp, …
  ADD COLUMN amr          text[] NOT NULL DEFAULT '{pwd}' CHECK (cardinality(amr) BETWEEN 1 AND 8),
  -- Authenticator assurance level: 2 once two factors were shown. Refreshing keeps it.
  ADD COLUMN aal          smallint NOT NULL DEFAULT 1 CHECK (aal IN (1, 2)),
  -- Of the newest sign-in or refresh.
  ADD COLUMN ip           text CHECK (length(ip) <= 64),
  ADD COLUMN device       text CHECK (length(device) <= 100),
  ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now();

-- Further reasons come with further features.
ALTER TABLE ghee.sessions DROP CONSTRAINT sessions_revoked_reason_check;
ALTER TABLE ghee.sessions ADD CONSTRAINT sessions_revoked_reason_check CHECK (revoked_reason ~ '^[a-z_]{1,40}$');

ALTER TABLE ghee.users
  -- Set by the app's administrators only, and copied into access tokens.
  ADD COLUMN claims       jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(claims) = 'object'),
  -- Such a user has no address, no password, and nobody can sign in as it again.
  ADD COLUMN is_anonymous boolean NOT NULL DEFAULT false,
  ALTER COLUMN email DROP NOT NULL,
  ADD CONSTRAINT users_email_or_anonymous CHECK (email IS NOT NULL OR is_anonymous);

ALTER TABLE ghee.one_time_codes DROP CONSTRAINT one_time_codes_purpose_check;
ALTER TABLE ghee.one_time_codes ADD CONSTRAINT one_time_codes_purpose_check CHECK (purpose ~ '^[a-z_]{1,40}$');

-- Public keys of every kind as their JWK; the RSA columns stay for releases that know no other kind.
ALTER TABLE ghee.signing_keys
  ADD COLUMN alg      text NOT NULL DEFAULT 'RS256' CHECK (alg IN ('RS256', 'ES256', 'EdDSA')),
  ADD COLUMN public_x text,
  ADD COLUMN public_y text,
  ALTER COLUMN public_modulus DROP NOT NULL,
  ALTER COLUMN public_exponent DROP NOT NULL,
  ADD CONSTRAINT signing_keys_public CHECK (CASE alg
    WHEN 'RS256' THEN public_modulus IS NOT NULL AND public_exponent IS NOT NULL
    WHEN 'ES256' THEN public_x IS NOT NULL AND public_y IS NOT NULL
    ELSE public_x IS NOT NULL END);
