-- What an app's administrators decided about signing in; no row is the platform's defaults. Secrets in it are sealed.
CREATE TABLE auth_policy (
  app_id     text PRIMARY KEY REFERENCES app (id) ON DELETE CASCADE,
  policy     jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Mails in an app's own words; purposes without a row are in the platform's.
CREATE TABLE mail_template (
  app_id     text NOT NULL REFERENCES app (id) ON DELETE CASCADE,
  purpose    text NOT NULL CHECK (purpose ~ '^[a-z_]{1,40}$'),
  subject    text NOT NULL,
  text_body  text NOT NULL,
  html_body  text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (app_id, purpose)
);
