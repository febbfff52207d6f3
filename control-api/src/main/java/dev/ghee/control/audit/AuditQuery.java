package dev.ghee.control.audit;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Query parameters of the audit log as they came; each filter that is absent lets everything through. */
final class AuditQuery {
    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 500;
    static final int MAX_OFFSET = 1_000_000;
    private static final int MAX_TEXT = 255;

    @QueryParam("category")
    @Nullable
    String category;

    @QueryParam("event_type")
    @Nullable
    String eventType;

    @QueryParam("action")
    @Nullable
    String action;

    @QueryParam("resource_type")
    @Nullable
    String resourceType;

    @QueryParam("resource_id")
    @Nullable
    String resourceId;

    @QueryParam("actor_id")
    @Nullable
    String actorId;

    /** Another name of {@code actor_id}. */
    @QueryParam("user_id")
    @Nullable
    String userId;

    @QueryParam("from")
    @Nullable
    String from;

    @QueryParam("to")
    @Nullable
    String to;

    @QueryParam("limit")
    @Nullable
    String limit;

    @QueryParam("offset")
    @Nullable
    String offset;

    /** The filters, checked. */
    record Filter(
            @Nullable String category,
            @Nullable String eventType,
            @Nullable String action,
            @Nullable String resourceType,
            @Nullable String resourceId,
            @Nullable String actorId,
            @Nullable OffsetDateTime from,
            @Nullable OffsetDateTime to,
            int limit,
            int offset) {}

    /** Fails with {@code VALIDATION_INVALID_SCHEMA} naming the parameter. */
    Filter checked() {
        return new Filter(
                oneOf("category", category, Audit.Category.values()),
                text("event_type", eventType),
                oneOf("action", action, Audit.Action.values()),
                text("resource_type", resourceType),
                text("resource_id", resourceId),
                text("actor_id", actorId == null ? userId : actorId),
                time("from", from),
                time("to", to),
                number("limit", limit, DEFAULT_LIMIT, 1, MAX_LIMIT),
                number("offset", offset, 0, 0, MAX_OFFSET));
    }

    private static @Nullable String oneOf(String name, @Nullable String value, Enum<?>[] allowed) {
        if (value == null) {
            return null;
        }
        List<String> names = java.util.Arrays.stream(allowed)
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
        if (!names.contains(value)) {
            throw invalid(name, "must be one of " + String.join(", ", names));
        }
        return value;
    }

    private static @Nullable String text(String name, @Nullable String value) {
        if (value != null && (value.length() > MAX_TEXT || value.indexOf('\0') >= 0)) {
            throw invalid(name, "must have at most " + MAX_TEXT + " characters");
        }
        return value;
    }

    private static @Nullable OffsetDateTime time(String name, @Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            OffsetDateTime time = OffsetDateTime.parse(value);
            // What Postgres can hold; Java's years go further.
            if (time.getYear() < 1970 || time.getYear() > 9999) {
                throw invalid(name, "must be a time of this era");
            }
            return time;
        } catch (DateTimeParseException e) {
            throw invalid(name, "must be a time such as " + Instant.EPOCH.atOffset(ZoneOffset.UTC));
        }
    }

    private static int number(String name, @Nullable String value, int absent, int min, int max) {
        if (value == null) {
            return absent;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw invalid(name, "must be a whole number");
        }
        throw invalid(name, "must be from " + min + " to " + max);
    }

    private static GheeException invalid(String name, String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, name + " " + message)
                .withDetails(List.of(Map.of("path", name, "message", message)));
    }
}
