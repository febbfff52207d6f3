-- The function of the app that hears of every sign-up and sign-in; null for none.
ALTER TABLE app ADD COLUMN auth_hook_function text CHECK (auth_hook_function ~ '^[A-Za-z0-9_-]{1,63}$');
