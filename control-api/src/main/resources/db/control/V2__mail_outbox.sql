-- Mail that waits for the mail server. Contents are sealed: they hold codes that are as good as passwords.
CREATE TABLE mail_outbox (
  id              uuid PRIMARY KEY,
  app_id          text NOT NULL,
  sealed          text NOT NULL,
  attempts        integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  -- When the code in it stops working; not worth sending after that.
  expires_at      timestamptz NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX mail_outbox_due ON mail_outbox (next_attempt_at);
