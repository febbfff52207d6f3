package dev.ghee.appdb;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

/**
 * The event triggers that write a logical message to the log when access may have changed. Not a migration: those run
 * as the owner, and only a superuser may make event triggers.
 */
final class AccessMessages {
    private static final String FILE = "app-database/access-messages.sql";

    private AccessMessages() {}

    /** Makes them, or brings them up to date. Two at once must be kept apart by the caller. */
    static void install(Statement admin) throws SQLException {
        admin.execute(script());
    }

    private static String script() {
        try (InputStream file = AccessMessages.class.getClassLoader().getResourceAsStream(FILE)) {
            return new String(Objects.requireNonNull(file, FILE).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
