package dev.ghee.kv;

/** The rules by which a caller was let in have changed since: read them again, and decide again. Nothing was done. */
public final class StaleRulesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StaleRulesException() {
        super("rules have changed", null, false, false);
    }
}
