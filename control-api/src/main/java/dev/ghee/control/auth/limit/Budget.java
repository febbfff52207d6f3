package dev.ghee.control.auth.limit;

/** So many calls in a window under this key. */
record Budget(String key, int limit) {}
