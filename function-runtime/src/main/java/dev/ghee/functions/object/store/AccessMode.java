package dev.ghee.functions.object.store;

import java.util.Locale;
import java.util.Optional;

/** Who may reach the objects of a class. */
public enum AccessMode {
    /** Everybody. */
    PUBLIC,
    /** Signed-in users of the app, and keys that administer it. */
    AUTHENTICATED,
    /** Keys that administer the app. */
    SERVICE_KEY;

    /** As the REST API and the database write it. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<AccessMode> of(String wireName) {
        for (AccessMode mode : values()) {
            if (mode.wireName().equals(wireName)) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }
}
