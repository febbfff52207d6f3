package dev.ghee.realtime.socket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.AppId;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.subscription.Role;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Frames that concern one client alone. */
final class ServerFrame {
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private ServerFrame() {}

    static String connected(AppId app, Role role) {
        return frame("connected")
                .put("app_id", app.value())
                .put("role", role.database())
                .toString();
    }

    /**
     * From where a subscription is complete.
     *
     * @param cursor the same, for resuming
     */
    record Place(Lsn lsn, String cursor) {}

    /**
     * Acknowledges a subscription.
     *
     * @param filter missing or null when there is none
     * @param place empty when the table is not served yet
     */
    static String subscribed(String table, JsonNode filter, Optional<Place> place) {
        ObjectNode frame = frame("subscribed").put("table", table);
        if (filter.isObject()) {
            frame.set("filter", filter);
        }
        place.ifPresent(known -> frame.put("lsn", known.lsn().toString()).put("cursor", known.cursor()));
        return frame.toString();
    }

    static String unsubscribed(String table) {
        return frame("unsubscribed").put("table", table).toString();
    }

    static String notLive(String table) {
        return frame("warning")
                .put("code", "TABLE_NOT_REALTIME_ENABLED")
                .put("table", table)
                .put("message", "Table \"" + table + "\" is not live, so its changes are not sent")
                .put("remediation", "Enable it with POST /v1/{app}/realtime/configure.")
                .toString();
    }

    static String heartbeat(Instant now) {
        return frame("heartbeat").put("timestamp", ISO.format(now)).toString();
    }

    static String error(String message) {
        return error(message, null);
    }

    /** @param table that it is about, or null */
    static String error(String message, @Nullable String table) {
        ObjectNode frame = frame("error").put("message", message);
        if (table != null) {
            frame.put("table", table);
        }
        return frame.toString();
    }

    /** Changes of the table may have been missed. */
    static String resync(String table, String reason) {
        return frame("resync").put("table", table).put("reason", reason).toString();
    }

    /** What the function answered to the client's event. */
    static String eventResponse(String event, JsonNode data) {
        ObjectNode frame = frame("event_response").put("event", event);
        frame.set("data", data);
        return frame.toString();
    }

    static String authenticated(Identity identity) {
        ObjectNode frame =
                frame("authenticated").put("role", identity.viewer().role().database());
        identity.credential().expiresAt().ifPresent(expiry -> frame.put("expires_at", ISO.format(expiry)));
        return frame.toString();
    }

    static String tokenExpiring(Instant expiresAt) {
        return frame("token_expiring").put("expires_at", ISO.format(expiresAt)).toString();
    }

    private static ObjectNode frame(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
