package dev.ghee.storage.object;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.MultiMap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which objects somebody wants to see.
 *
 * @param prefix of the filename
 * @param search part of the filename, whatever its case
 * @param folder with a slash at its end, or empty for the outermost; null for all, however deep
 */
record ListQuery(
        @Nullable String prefix,
        @Nullable String search,
        @Nullable String folder,
        int limit,
        @Nullable Position after) {
    private static final int MOST = 1000;
    private static final int USUAL = 100;
    private static final int MOST_CHARACTERS = 255;

    /** The last object of the page before; times are whole microseconds, as in Postgres. */
    record Position(Instant createdAt, UUID id) {
        private static final int BYTES = 24;

        static Position of(StoredObject object) {
            return new Position(object.createdAt(), object.id());
        }

        String cursor() {
            long micros = ChronoUnit.MICROS.between(Instant.EPOCH, createdAt);
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(ByteBuffer.allocate(BYTES)
                            .putLong(micros)
                            .putLong(id.getMostSignificantBits())
                            .putLong(id.getLeastSignificantBits())
                            .array());
        }

        static Position parse(String cursor) {
            try {
                ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
                if (bytes.remaining() == BYTES) {
                    Instant createdAt = Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS);
                    if (createdAt.isAfter(Instant.EPOCH) && createdAt.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
                        return new Position(createdAt, new UUID(bytes.getLong(), bytes.getLong()));
                    }
                }
            } catch (IllegalArgumentException | java.time.DateTimeException | ArithmeticException e) {
                throw invalid("cursor is not one that a page named", e);
            }
            throw invalid("cursor is not one that a page named", null);
        }
    }

    /** Fails with {@code VALIDATION_INVALID_INPUT}. */
    static ListQuery read(MultiMap query) {
        String folder = text(query, "folder");
        String cursor = query.get("cursor");
        return new ListQuery(
                text(query, "prefix"),
                text(query, "search"),
                folder == null || folder.isEmpty() || folder.endsWith("/") ? folder : folder + "/",
                limit(query.get("limit")),
                cursor == null || cursor.isEmpty() ? null : Position.parse(cursor));
    }

    private static @Nullable String text(MultiMap query, String name) {
        String text = query.get(name);
        if (text != null
                && (text.length() > MOST_CHARACTERS
                        || text.indexOf('\0') >= 0
                        || !StandardCharsets.UTF_8.newEncoder().canEncode(text))) {
            throw invalid(name + " is text of at most " + MOST_CHARACTERS + " characters", null);
        }
        return text;
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return USUAL;
        }
        int limit;
        try {
            limit = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            limit = 0;
        }
        if (limit < 1 || limit > MOST) {
            throw invalid("limit is from 1 to " + MOST, null);
        }
        return limit;
    }

    private static GheeException invalid(String message, @Nullable Throwable cause) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, message, cause);
    }
}
